import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { GuardSecrets } from '../secrets.ts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

const isLocked = async ({ call }: GuardWorld, user: string): Promise<boolean> =>
  (await call('GET', `/v1/users/${user}/status?session=s-91`)).body['locked'] === true

/** Another key of the commands and another one that seals, with those of before beside them or without. */
function rotated(before: GuardSecrets, lastCommands: readonly Uint8Array[]): GuardSecrets {
  return {
    ...before,
    commandKey: randomBytes(32),
    otherCommandKeys: lastCommands,
    factorKeys: new Map([...before.factorKeys, ['k002', randomBytes(32)]]),
    factorKeyId: 'k002',
  }
}

test('locks and factors outlive other keys of commands and factors, even where the log is folded anew', async (t) => {
  const before = await createGuardWorld(t)
  const alice = await enrolled(before)
  await before.demand('alice')
  const lock = await lockOf(before, 'alice', '?session=s-91')
  assert.equal((await before.call('POST', '/v1/users/bob/lock', { body: { reason: 'stolen' } })).status, 200)
  await before.guard.stop()

  const secrets = rotated(before.secrets, [before.secrets.commandKey])
  const after = await createGuardWorld(t, { after: before, secrets })
  for (const user of ['alice', 'bob']) await until(() => isLocked(after, user))
  const answer = await respond(after, await challengeFor(after, lock), { code: alice.code() })
  assert.equal(answer.status, 200, answer.text)
  assert.equal((await after.call('POST', '/v1/users/bob/unlock', { body: { reason: 'found' } })).status, 200)
  assert.equal((await enrolled(after, 'carol')).factor.startsWith('f-'), true)
})

test('without the last key of the commands, what it signed is skipped and counted where the log is folded anew', async (t) => {
  const before = await createGuardWorld(t)
  assert.equal((await before.call('POST', '/v1/users/bob/lock', { body: { reason: 'stolen' } })).status, 200)
  await before.guard.stop()
  const after = await createGuardWorld(t, { after: before, secrets: rotated(before.secrets, []) })
  const refused = /^watchword_mfa_refused_macs_total(?:\{[^}]*\})? [1-9]/m
  await until(async () => refused.test(await after.metrics.getSingleMetricAsString('watchword_mfa_refused_macs_total')))
})
