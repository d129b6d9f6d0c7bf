import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { createGuardWorld } from '../testing/guard-world.ts'

test('a command for whose answer there is no room is not written either', async (t) => {
  const { call, log } = await createGuardWorld(t, { config: { commandsWaitingMax: 0 } })
  const written = async (): Promise<number> => (await log.ends(topicOf('mfa'))).reduce((sum, end) => sum + end, 0)
  const before = await written()
  const { status, body } = await call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  assert.deepEqual([status, body['code']], [503, 'overloaded'])
  assert.equal(await written(), before)
})
