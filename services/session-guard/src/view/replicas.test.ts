import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { builtInPolicy } from '@watchword/policy'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
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

/** A member that takes half of the inbox and folds nothing of it; the answer lets it commit what it was given. */
async function joinIdle(world: GuardWorld) {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const partitions = new Set<number>()
  const member = await world.log.join({
    group: 'watchword.lock',
    topic: topicOf('mfa'),
    onAssigned: async (partition) => {
      partitions.add(partition)
      return null
    },
    onRecords: async (partition, records) => {
      await held
      await member.commit(partition, (records.at(-1)?.offset ?? -1) + 1)
    },
    onRevoked: async () => undefined,
    onError: assert.fail,
  })
  await until(() => partitions.size === 2)
  const holds = (user: string): boolean => partitions.has(world.log.partitionFor(topicOf('mfa'), userKey('demo', user)))
  return { member, letGo, holds }
}

test('a replica does not know the users of whoever folds no more, and knows them again when it does', async (t) => {
  const world = await createGuardWorld(t)
  const { member, letGo, holds } = await joinIdle(world)
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
  const own = users.filter((user) => !holds(user))
  assert.equal(own.length, 2)
  await until(async () => (await known()).length === 2)
  assert.deepEqual(await known(), own)
  assert.equal(world.guard.ready().ready, false)
  letGo()
  await until(async () => (await known()).length === 4)
  await member.stop()
})

test('a replica that hands partitions over goes on knowing their users, as of when it folded them itself', async (t) => {
  const world = await createGuardWorld(t)
  const users = usersOf(world)
  const areKnown = async (): Promise<boolean> => {
    const answers = users.map((user) => world.call('GET', `/v1/users/${user}/status`))
    return (await Promise.all(answers)).every(({ status }) => status === 200)
  }
  await until(areKnown)
  // So long that nothing is known any more from before it had them all.
  for (let second = 0; second < 6; second += 1) {
    world.clock.advance(1_000)
    await until(areKnown)
  }
  const { member, letGo } = await joinIdle(world)
  assert.equal(await areKnown(), true)
  letGo()
  await member.stop()
})

test('last-known counts from when the lock stage was last heard of, however young the view is', async (t) => {
  const base = builtInPolicy()
  const failureModes = [{ path: '/**', mode: 'last-known', ttl: 'PT30S' }] as const
  const world = await createGuardWorld(t, {
    policy: { ...base, source: { ...base.source, failureModes: [...failureModes] } },
  })
  const { member, letGo, holds } = await joinIdle(world)
  const user = usersOf(world).find(holds) ?? assert.fail('nobody is folded elsewhere')
  const check = async (): Promise<unknown> => {
    world.clock.advance(100)
    const { status, headers } = await world.call('GET', '/v1/check', {
      key: '',
      headers: { 'x-watchword-key': world.key, 'x-watchword-user': user, 'x-original-uri': '/a' },
    })
    return status === 204 ? (headers['x-watchword-released'] ?? 'known') : status
  }
  await until(async () => (await check()) === 'known')
  await world.demand(user)
  await until(async () => (await check()) === 'last-known')
  world.clock.advance(30_000)
  const late = await check()
  letGo()
  assert.equal(late, 503)
  await until(async () => (await check()) === 'known')
  await member.stop()
})

test('requests that find the view too old ask the log once, all together', async (t) => {
  const world = await createGuardWorld(t)
  const held = Promise.withResolvers<void>()
  const ends = world.log.ends.bind(world.log)
  let questions = 0
  world.log.ends = async (topic) => {
    if (topic === topicOf('session')) questions += 1
    await held.promise
    return ends(topic)
  }
  world.clock.advance(300)
  const before = questions
  const asked = Array.from({ length: 50 }, () => world.call('GET', '/v1/users/alice/status'))
  await until(() => questions > before)
  held.resolve()
  const answers = await Promise.all(asked)
  assert.ok(questions - before <= 5, `${questions - before} questions for 50 requests`)
  assert.ok(answers.every(({ status }) => status === 200 || status === 503))
  world.log.ends = ends
})

test('a replica without the keys of the factors says that it cannot tell, and spends no attempt of the person', async (t) => {
  const first = await createGuardWorld(t)
  const { code } = await enrolled(first)
  await first.demand('alice')
  const lock = await lockOf(first)
  const secrets = { ...first.secrets, factorKeys: new Map([['k002', randomBytes(32)]]), factorKeyId: 'k002' }
  const other = await createGuardWorld(t, { after: { ...first, secrets } })
  const challenge = await challengeFor(other, lock)
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const { status, body } = await respond(other, challenge, { code: code() })
    assert.deepEqual([status, body['code']], [503, 'unavailable'])
  }
  assert.equal((await respond(first, challenge, { code: code() })).status, 200)
})

test('of one code used at two replicas at the same moment one is accepted', async (t) => {
  const first = await createGuardWorld(t)
  const { code } = await enrolled(first)
  await first.demand('alice')
  const lock = await lockOf(first)
  const second = await createGuardWorld(t, { after: first })
  const replicas = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? first : second))
  const challenges = await Promise.all(replicas.map((replica) => challengeFor(replica, lock)))
  const answers = await Promise.all(
    replicas.map((replica, index) => respond(replica, challenges[index] ?? '', { code: code() })),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
})
