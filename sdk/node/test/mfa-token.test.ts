import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { createMfaTokenVerifier } from '../src/index.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA' }] }
const now = 1_800_000_000
const good = {
  amr: ['otp'],
  acr: 'a',
  iss: 'i',
  aud: 'demo',
  sub: 'alice',
  sid: 's-1',
  jti: 'j-1',
  iat: now,
  exp: now + 300,
  lock_id: 'l-1',
}
const head = { alg: 'EdDSA', typ: 'mfa+jwt', kid: 'k1' }
const expected = { user: 'alice', session: 's-1', locks: new Set(['l-1']) }

const tokenOf = (claims: object, header: object = head, key = privateKey): string => {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

const verifier = (answer = async () => Response.json(jwks)) =>
  createMfaTokenVerifier(
    { url: 'http://platform.test', app: 'demo', issuer: 'i' },
    { now: () => now * 1_000, fetch: answer },
  )

test('takes a proof once: for this person, this session, a lock that was asked about', async () => {
  const tokens = verifier()
  assert.deepEqual(await tokens.verify(tokenOf(good), expected), {
    id: 'j-1',
    user: 'alice',
    session: 's-1',
    lock: 'l-1',
    amr: ['otp'],
    acr: 'a',
    verifiedAt: new Date(now * 1_000),
  })
  await assert.rejects(tokens.verify(tokenOf(good), expected), { code: 'invalid-token' })
})

test('takes none that is older than one taken for the same person and session: it died with the re-authentication', async () => {
  const tokens = verifier()
  const older = { ...good, jti: 'j-0', iat: now - 60 }
  await tokens.verify(tokenOf(good), expected)
  await assert.rejects(tokens.verify(tokenOf(older), expected), { code: 'invalid-token' })
  await tokens.verify(tokenOf({ ...older, sid: 's-2' }), { ...expected, session: 's-2' })
  await tokens.verify(tokenOf({ ...good, jti: 'j-2' }), expected)
})

test('takes a proof that names no session, as that of a verification that ended it', async () => {
  const { sid: _, ...claims } = good
  assert.equal((await verifier().verify(tokenOf(claims), expected)).session, null)
})

for (const [what, claims, header, key] of [
  ['of another person', { ...good, sub: 'bob' }],
  ['for another app', { ...good, aud: 'shop' }],
  ['of another issuer', { ...good, iss: 'x' }],
  ['of another session', { ...good, sid: 's-2' }],
  ['about a lock nobody asked about', { ...good, lock_id: 'l-2' }],
  ['without a lock', { ...good, lock_id: undefined }],
  ['that has expired', { ...good, exp: now }],
  ['from the future', { ...good, iat: now + 120 }],
  ['without an id', { ...good, jti: undefined }],
  ['of another kind', good, { ...head, typ: 'JWT' }],
  ['that says it needs no signature', good, { ...head, alg: 'none' }],
  ['signed by somebody else', good, head, stranger.privateKey],
  ['of an unknown key', good, { ...head, kid: 'k2' }],
] as const) {
  test(`refuses a proof ${what}`, async () => {
    await assert.rejects(verifier().verify(tokenOf(claims, header, key), expected), { code: 'invalid-token' })
  })
}

test('refuses what is no token at all', async () => {
  for (const text of ['', 'x'.repeat(8_193), 'a.b', 'a.b.c.d', `${tokenOf(good)}x.y`]) {
    await assert.rejects(verifier().verify(text, expected), { code: 'invalid-token' })
  }
})

test('says that the same call may succeed later when the keys cannot be had', async () => {
  const answers = [
    async () => Promise.reject(new TypeError('no network')),
    async () => new Response('', { status: 503 }),
    async () => new Response('<html>'),
  ]
  for (const answer of answers)
    await assert.rejects(verifier(answer).verify(tokenOf(good), expected), {
      code: 'keys-unavailable',
      retryable: true,
    })
})
