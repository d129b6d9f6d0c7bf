import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { createGuardWorld } from '../testing/guard-world.ts'
import { judgedActivity } from '../testing/judged-activity.ts'
import { createAssessedActivities } from './assessed-activities.ts'

test('an activity has the log time that the scorer gives it, however wrong the clock that received it', async (t) => {
  const world = await createGuardWorld(t)
  world.clock.standStill()
  const taken = world.clock.now()
  const ahead = { ...world, clock: { ...world.clock, now: () => taken + 3_600_000 } }
  const found = await createAssessedActivities(world).find('demo', await judgedActivity(ahead))
  assert.equal(found?.receivedAt, taken + 120_000)
})

test('what cannot be decoded is no activity, and a fault on the way to it is none of its own', async (t) => {
  const world = await createGuardWorld(t)
  const assessment = await judgedActivity(world)
  const [position] = await world.log.append([
    { topic: topicOf('activity'), key: userKey('demo', 'alice'), value: Buffer.from('dead letter'), headers: {} },
  ])
  const activities = createAssessedActivities(world)
  assert.equal(await activities.find('demo', `a-${position?.partition}-${position?.offset}-0`), undefined)
  const decode = (): never => {
    throw new Error('the registry is away')
  }
  const faulty = createAssessedActivities({
    log: world.log,
    codecs: { activity: { ...world.codecs.activity, decode } },
  })
  await assert.rejects(faulty.find('demo', assessment), /the registry is away/)
})
