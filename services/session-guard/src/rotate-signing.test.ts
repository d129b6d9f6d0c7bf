import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { rotateSigning } from './rotate-signing.ts'
import { loadOrCreateSecrets, parseSecrets } from './secrets.ts'
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
  const files = [await newFile()]
  const steps = []
  for (let step = 0; step < 6; step += 1) {
    const rotated = rotateSigning(files.at(-1) ?? '')
    files.push(rotated.text)
    steps.push(rotated.step)
  }
  assert.deepEqual(steps, ['published', 'signing', 'done', 'published', 'signing', 'done'])
  const guards = await Promise.all(files.map((text) => createMfaTokens({ ...parseSecrets(text), issuer: 'guard' })))
  assert.deepEqual(
    guards.map(({ jwks }) => jwks.keys.length),
    [1, 2, 2, 1, 2, 2, 1],
  )
  const verifies = async (one: number, other: number): Promise<boolean> => {
    const [signer, publisher] = [guards[one], guards[other]]
    if (signer === undefined || publisher === undefined) return true
    const keys = createLocalJWKSet(publisher.jwks as JSONWebKeySet)
    const token = await signer.sign(claims)
    return jwtVerify(token, keys, { issuer: 'guard', audience: 'bank' }).then(
      () => true,
      () => false,
    )
  }
  for (const step of guards.keys())
    for (const neighbour of [step - 1, step, step + 1])
      assert.ok(await verifies(step, neighbour), `a token of step ${step} at a guard of step ${neighbour}`)
  assert.equal(await verifies(0, 3), false, 'in the end the last key is worth nothing')
  assert.equal(await verifies(3, 0), false)
})

test('no step publishes what is private, nor touches another secret', async () => {
  const before = await newFile()
  let text = before
  for (let step = 0; step < 3; step += 1) {
    text = rotateSigning(text).text
    const { jwks } = await createMfaTokens({ ...parseSecrets(text), issuer: 'guard' })
    for (const key of jwks.keys) assert.ok(!('d' in key))
  }
  const others = ({ command, token, factors }: Record<string, unknown>) => ({ command, token, factors })
  assert.deepEqual(others(JSON.parse(text)), others(JSON.parse(before)))
  assert.throws(() => rotateSigning('{}'), { name: 'ConfigError' })
})
