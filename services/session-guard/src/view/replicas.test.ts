import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

/** A user for each partition of the inbox. */
function usersOf({ log }: GuardWorld): readonly string[] {
  const users = new Map<number, string>()
  for (let index = 0; users.size < 4; index += 1)
    users.set(log.partitionFor(topicOf('mfa'), userKey('demo', `user-${index}`)), `user-${index}`)
  return [...users.values()]
}

async function isLocked(world: GuardWorld, user: string): Promise<unknown> {
  const { body } = await world.call('GET', `/v1/users/${user}/status?session=s-91`)
  return body['locked']
}

test('two replicas that share the inbox are both ready, and each knows every user', async (t) => {
  const first = await createGuardWorld(t)
  const second = await createGuardWorld(t, { after: first })
  for (const user of usersOf(first)) {
    await first.demand(user)
    for (const world of [first, second])
      await until(async () => {
        first.clock.advance(100)
        return (await isLocked(world, user)) === true
      })
  }
  assert.deepEqual([first.guard.ready(), second.guard.ready()], [{ ready: true }, { ready: true }])
})

test('a replica does not know the users of whoever folds no more, and knows them again when it does', async (t) => {
  const world = await createGuardWorld(t)
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const elsewhere = new Set<number>()
  const member = await world.log.join({
    group: 'watchword.lock',
    topic: topicOf('mfa'),
    onAssigned: async (partition) => {
      elsewhere.add(partition)
      return null
    },
    onRecords: async (partition, records) => {
      await held
      await member.commit(partition, (records.at(-1)?.offset ?? -1) + 1)
    },
    onRevoked: async () => undefined,
    onError: assert.fail,
  })
  await until(() => elsewhere.size === 2)
  const users = usersOf(world)
  /** Which users are known, as the clock goes on. */
  async function known(): Promise<readonly string[]> {
    world.clock.advance(100)
    const answers = users.map(async (user) => (await world.call('GET', `/v1/users/${user}/status`)).status === 200)
    const isKnown = await Promise.all(answers)
    return users.filter((_, index) => isKnown[index])
  }
  await until(async () => (await known()).length === 4)
  for (const user of users) await world.demand(user)
  const own = users.filter((user) => !elsewhere.has(world.log.partitionFor(topicOf('mfa'), userKey('demo', user))))
  assert.equal(own.length, 2)
  await until(async () => (await known()).length === 2)
  assert.deepEqual(await known(), own)
  assert.equal(world.guard.ready().ready, false)
  letGo()
  await until(async () => (await known()).length === 4)
  await member.stop()
})
