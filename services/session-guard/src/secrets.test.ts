import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { ConfigError } from '@watchword/service-kit'
import fc from 'fast-check'
import { createClaimTexts } from './tickets/claims.ts'
import { createFactorSealer } from './factors/factor-sealing.ts'
import { loadOrCreateSecrets, parseSecrets } from './secrets.ts'
import { readSigned, signText } from './tickets/signed-text.ts'
import { totpCode, totpStepOf } from './factors/totp.ts'

test('secrets are made once, readable by their owner alone', async (t) => {
  const directory = await mkdtemp(`${tmpdir()}/guard-`)
  t.after(() => rm(directory, { recursive: true }))
  const [first, second] = await Promise.all([
    loadOrCreateSecrets(directory, { randomBytes }),
    loadOrCreateSecrets(directory, { randomBytes }),
  ])
  assert.deepEqual(first, second)
  assert.equal((await stat(`${directory}/session-guard-secrets.json`)).mode & 0o777, 0o600)
})

test('secrets that cannot be used are refused by the names of their fields, all of them, and none is quoted', async () => {
  const key32 = (): string => randomBytes(32).toString('base64url')
  const good = {
    command: key32(),
    token: key32(),
    factors: { current: 'k001', keys: { k001: key32() } },
    signing: { kty: 'OKP', crv: 'Ed25519', x: key32(), d: key32() },
  }
  const refusalOf = (file: unknown): ConfigError => {
    try {
      parseSecrets(typeof file === 'string' ? file : JSON.stringify(file))
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      return error
    }
    throw new Error('it was taken')
  }
  const pathsOf = (file: unknown): readonly string[] => refusalOf(file).faults.map(({ path }) => path)
  assert.deepEqual(parseSecrets(JSON.stringify(good)).factorKeyId, 'k001')
  assert.deepEqual(pathsOf(''), [
    ...['command', 'token', 'factors.current', 'factors.keys'].map((name) => `secrets.${name}`),
    ...['kty', 'crv', 'x', 'd'].map((name) => `secrets.signing.${name}`),
  ])
  const { token: _, ...withoutToken } = good
  assert.deepEqual(pathsOf({ ...withoutToken, command: 'hunter2' }), ['secrets.token', 'secrets.command'])
  assert.deepEqual(pathsOf({ ...good, factors: { current: 'k002', keys: good.factors.keys } }), [
    'secrets.factors.current',
  ])
  assert.deepEqual(pathsOf({ ...good, factors: { current: 'k', keys: { k: key32() } } }), ['secrets.factors.keys.k'])
  assert.deepEqual(pathsOf({ ...good, signing: { ...good.signing, d: key32().slice(1) } }), ['secrets.signing.d'])
  for (const file of ['{"command": "hunter2', { ...good, command: 'hunter2' }])
    assert.doesNotMatch(refusalOf(file).message, /hunter2/)
})

const key = randomBytes(32)
const sealer = createFactorSealer({ factorKeys: new Map([['k001', key]]), factorKeyId: 'k001' }, { randomBytes })

test('a sealed secret opens for its tenant, user and factor and for nobody else', () => {
  const owner = { tenant: 'demo', user: 'alice', factor: 'f1' }
  const sealed = sealer.seal(owner, Buffer.from('secret'))
  assert.equal(Buffer.from(sealer.open(owner, sealed) ?? []).toString(), 'secret')
  assert.notEqual(sealer.seal(owner, Buffer.from('secret')), sealed)
  for (const other of [{ tenant: 'rival' }, { user: 'bob' }, { factor: 'f2' }])
    assert.equal(sealer.open({ ...owner, ...other }, sealed), undefined)
  assert.equal(sealer.open(owner, sealed.replace('k001', 'k002')), undefined)
})

test('no change of a sealed secret goes unseen', () => {
  const owner = { tenant: 'demo', user: 'alice', factor: 'f1' }
  const sealed = sealer.seal(owner, Buffer.from('secret'))
  fc.assert(
    fc.property(fc.string(), fc.nat(sealed.length), (text, at) => {
      const changed = sealed.slice(0, at) + text + sealed.slice(at + text.length)
      const opened = sealer.open(owner, changed)
      // The last character of base64url may hold bits that do not count.
      return opened === undefined || Buffer.from(opened).toString() === 'secret'
    }),
  )
})

test('a signed value is read as its own kind only, and no other text is one', () => {
  const text = signText(key, 'wwt', { a: 1 })
  assert.deepEqual(readSigned(key, 'wwt', text), { a: 1 })
  assert.equal(readSigned(key, 'wwc', text.replace('wwt_', 'wwc_')), undefined)
  assert.equal(readSigned(randomBytes(32), 'wwt', text), undefined)
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
      const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
      return changed === text || readSigned(key, 'wwt', changed) === undefined
    }),
  )
  fc.assert(fc.property(fc.string(), (other) => readSigned(key, 'wwt', `wwt_${other}`) === undefined))
})

test('a challenge of the longest user id fits into a path', () => {
  const texts = createClaimTexts(key)
  const claims = {
    id: 'n'.repeat(36),
    tenant: 't'.repeat(63),
    app: 'a'.repeat(63),
    user: '\u0001'.repeat(256),
    lock: 'l-23-123456789012345',
    version: 123456789012345,
    factor: 'totp',
    expiresAt: 1_800_000_000_000,
  } as const
  const text = texts.challenge(claims)
  assert.ok(encodeURIComponent(text).length <= 1024, String(text.length))
  assert.deepEqual(texts.readChallenge(text), claims)
})

test('a code counts for its own step and the allowed steps before, never for the next', () => {
  const secret = Buffer.from('12345678901234567890')
  assert.equal(totpCode(secret, 1), '287082', 'RFC 6238, appendix B')
  const now = 100 * 30_000 + 29_000
  for (const [step, past, expected] of [
    [100, 0, 100],
    [99, 0, null],
    [99, 1, 99],
    [98, 1, null],
    [101, 1, null],
  ] as const)
    assert.equal(totpStepOf(secret, totpCode(secret, step), now, past), expected)
  for (const code of ['', '28708', '2870822', '28708a']) assert.equal(totpStepOf(secret, code, now, 1), null)
})
