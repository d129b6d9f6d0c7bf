import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createClaimTexts } from '../../tickets/claims.ts'
import { readAuthenticatorData } from './authenticator-data.ts'
import { readClientData } from './client-data.ts'
import { decodePasskey, encodePasskey } from './passkey-record.ts'
import { verifyAssertion } from './verify-assertion.ts'
import { verifyRegistration } from './verify-registration.ts'

const text = fc.string({ unit: 'binary', maxLength: 80 })
const base64url = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64url'))

test('a passkey reads back as it was written', () => {
  const record = fc.record(
    {
      credential: base64url,
      publicKey: base64url,
      rpId: text,
      userHandle: base64url,
      transports: fc.array(text, { maxLength: 4 }),
      backupEligible: fc.boolean(),
    },
    { noNullPrototype: true },
  )
  fc.assert(fc.property(record, (one) => assert.deepEqual(decodePasskey(encodePasskey(one)), one)))
  assert.throws(() => decodePasskey(Buffer.from('{"v":2}')))
})

test('a registration reads back as it was signed, and nothing else is one', () => {
  const texts = createClaimTexts(Buffer.alloc(32, 1))
  const claims = fc.record(
    {
      id: fc.uuid(),
      owner: base64url,
      userHandle: base64url,
      expiresAt: fc.nat(),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(claims, fc.nat(), (one, at) => {
      const signed = texts.registration(one)
      assert.deepEqual(texts.readRegistration(signed), one)
      const changed = Buffer.from(signed)
      const place = at % changed.length
      changed[place] = (changed[place] ?? 0) ^ 1
      assert.equal(texts.readRegistration(changed.toString()), undefined)
      assert.equal(texts.readChallenge(signed), undefined)
    }),
  )
})

test('whatever bytes a browser sends, reading them throws nothing', async () => {
  const json = fc.json().map((one) => Buffer.from(one).toString('base64url'))
  const part = fc.oneof(base64url, json)
  const expected = {
    challenge: 'AAAA',
    origins: ['https://bank.example'],
    rpId: 'bank.example',
    userHandle: 'AAAA',
    userVerification: 'required',
  } as const
  const record = {
    credential: 'AAAA',
    publicKey: 'oA',
    rpId: 'a',
    userHandle: 'a',
    transports: [],
    backupEligible: false,
  }
  await fc.assert(
    fc.asyncProperty(part, part, part, async (clientDataJSON, bytes, signature) => {
      readClientData(clientDataJSON)
      readAuthenticatorData(Buffer.from(bytes, 'base64url'))
      const head = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }
      const answered = { clientDataJSON, authenticatorData: bytes, signature }
      assert.notEqual((await verifyAssertion({ ...head, response: answered }, record, expected)).fault, null)
      const made = { clientDataJSON, attestationObject: bytes }
      assert.notEqual((await verifyRegistration({ ...head, response: made }, expected)).fault, null)
    }),
  )
})
