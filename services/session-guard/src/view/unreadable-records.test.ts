import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { createGuardWorld } from '../testing/guard-world.ts'
import { lockOf } from '../testing/enrolled.ts'
import { until } from '../testing/until.ts'

test('garbage in the session topic ends nothing: it is counted and logged, and the next lock is still seen', async (t) => {
  const world = await createGuardWorld(t)
  const garbage = Buffer.from('no Avro at all')
  await world.log.append([{ topic: topicOf('session'), key: userKey('demo', 'alice'), value: garbage, headers: {} }])
  await until(async () =>
    /watchword_session_unreadable_records_total(?:\{[^}]*\})? 1/.test(await world.metrics.metrics()),
  )
  assert.match(world.logText(), /unreadable session record skipped/)
  await world.demand('alice')
  assert.notEqual(await lockOf(world), '')
})
