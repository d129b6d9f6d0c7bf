import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { type RotatedSecret, rotateSecret } from './rotate-secrets.ts'
import { loadOrCreateSecrets, parseSecrets } from './secrets.ts'
import { createFactorSealer } from './factors/factor-sealing.ts'
import { hasValidMac, signCommand } from './lock-stage/command-mac.ts'
import { createMfaTokens } from './verification/mfa-token.ts'

const claims = {
  app: 'bank',
  user: 'alice',
  session: 's',
  at: Date.now(),
  proven: { factor: 'totp', userVerified: false, synced: false } as const,
  lock: 'l',
  transaction: 'c',
}

async function newFile(): Promise<string> {
  const directory = await mkdtemp(`${tmpdir()}/guard-`)
  await loadOrCreateSecrets(directory, { randomBytes })
  const text = await readFile(`${directory}/session-guard-secrets.json`, 'utf8')
  await rm(directory, { recursive: true })
  return text
}

test('while the key is changed, each guard verifies what its neighbour of the step before or after signs', async () => {
  const { steps, secrets } = await stepsOf('signing', 6)
  assert.deepEqual(steps, ['published', 'signing', 'done', 'published', 'signing', 'done'])
  const guards = await Promise.all(secrets.map((each) => createMfaTokens({ ...each, issuer: 'guard' })))
  assert.deepEqual(
    guards.map(({ jwks }) => jwks.keys.length),
    [1, 2, 2, 1, 2, 2, 1],
  )
  const verifies = async (one: number, other: number): Promise<boolean> => {
    const [signer, publisher] = [guards[one], guards[other]]
    assert.ok(signer !== undefined && publisher !== undefined)
    const keys = createLocalJWKSet(publisher.jwks as JSONWebKeySet)
    const token = await signer.sign(claims)
    return jwtVerify(token, keys, { issuer: 'guard', audience: 'bank' }).then(
      () => true,
      () => false,
    )
  }
  for (const [step, neighbour] of neighbours(guards.length))
    assert.ok(await verifies(step, neighbour), `a token of step ${step} at a guard of step ${neighbour}`)
  assert.equal(await verifies(0, 3), false, 'in the end the last key is worth nothing')
  assert.equal(await verifies(3, 0), false)
})

test('no step publishes what is private, nor touches another secret', async () => {
  const before = await newFile()
  let text = before
  for (let step = 0; step < 3; step += 1) {
    text = rotateSecret(text, 'signing', { randomBytes }).text
    const { jwks } = await createMfaTokens({ ...parseSecrets(text), issuer: 'guard' })
    for (const key of jwks.keys) assert.ok(!('d' in key))
  }
  const others = ({ command, token, factors }: Record<string, unknown>) => ({ command, token, factors })
  assert.deepEqual(others(JSON.parse(text)), others(JSON.parse(before)))
  assert.throws(() => rotateSecret('{}', 'signing', { randomBytes }), { name: 'ConfigError' })
})

/** The secrets before the first step and after each of so many. */
async function stepsOf(secret: RotatedSecret, count: number) {
  const files = [await newFile()]
  const steps = []
  for (let step = 0; step < count; step += 1) {
    const rotated = rotateSecret(files.at(-1) ?? '', secret, { randomBytes })
    files.push(rotated.text)
    steps.push(rotated.step)
  }
  return {
    steps,
    files,
    secrets: files.map((text) => parseSecrets(text)),
  }
}

/** Pairs of places that are one step apart at most. */
function neighbours(count: number): readonly (readonly [number, number])[] {
  const places = Array.from({ length: count }, (_, place) => place)
  return places.flatMap((one) =>
    places.filter((other) => Math.abs(one - other) <= 1).map((other) => [one, other] as const),
  )
}

test('while the key of the commands is changed, each guard obeys what its neighbour of the step before or after signs', async () => {
  const { steps, secrets } = await stepsOf('commands', 6)
  assert.deepEqual(steps, ['added', 'signing', 'done', 'added', 'signing', 'done'])
  const command = {
    tenant: 'demo',
    user: 'alice',
    receivedAt: 1_700_000_000_000,
    commandId: 'c-1',
    body: { type: 'operator-unlock', data: { operator: 'key', reason: 'found', lock: null, version: null } },
  } as const
  const obeys = (signer: number, guard: number): boolean => {
    const [from, to] = [secrets[signer], secrets[guard]]
    assert.ok(from !== undefined && to !== undefined)
    return hasValidMac([to.commandKey, ...to.otherCommandKeys], signCommand(from.commandKey, command))
  }
  for (const [one, other] of neighbours(secrets.length))
    assert.ok(obeys(one, other), `a command of step ${one} at a guard of step ${other}`)
  assert.equal(obeys(0, 2), true, 'until the last step the log may be folded again')
  assert.equal(obeys(0, 3), false, 'in the end the last key is worth nothing')
})

test('while the key that seals factors is changed, each guard opens what its neighbour seals, and for ever what was sealed before', async () => {
  const { steps, secrets } = await stepsOf('factors', 4)
  assert.deepEqual(steps, ['added', 'sealing', 'added', 'sealing'])
  assert.deepEqual(
    secrets.map(({ factorKeyId, factorKeys }) => [factorKeyId, factorKeys.size]),
    [
      ['k001', 1],
      ['k001', 2],
      ['k002', 2],
      ['k002', 3],
      ['k003', 3],
    ],
  )
  const owner = { tenant: 'demo', user: 'alice', factor: 'f-1' }
  const sealers = secrets.map((each) => createFactorSealer(each, { randomBytes }))
  const sealed = sealers.map((sealer) => sealer.seal(owner, Buffer.from('secret')))
  const opens = (from: number, at: number) => sealers[at]?.open(owner, sealed[from] ?? '') !== undefined
  for (const [one, other] of neighbours(secrets.length)) assert.ok(opens(one, other), `${one} at ${other}`)
  assert.ok(opens(0, 4))
  assert.equal(opens(2, 0), false)
})

test('the key of tickets is another one at once, and each step leaves every other secret as it was', async () => {
  const of: Readonly<Record<RotatedSecret, readonly string[]>> = {
    signing: ['lastSigning', 'nextSigning', 'signing'],
    commands: ['command', 'lastCommand', 'nextCommand'],
    factors: ['factors'],
    tickets: ['token'],
  }
  for (const secret of ['signing', 'commands', 'factors', 'tickets'] as const) {
    const { files } = await stepsOf(secret, 3)
    for (const [place, text] of files.slice(1).entries()) {
      const before = JSON.parse(files[place] ?? '') as Record<string, unknown>
      const after = JSON.parse(text) as Record<string, unknown>
      const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
      )
      assert.ok(changed.length > 0)
      assert.deepEqual(
        changed.filter((name) => !of[secret].includes(name)),
        [],
      )
    }
  }
})
