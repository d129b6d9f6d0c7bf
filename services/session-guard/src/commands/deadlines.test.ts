import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDeadlineQueue } from './deadline-queue.ts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, thief } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

test('deadlines come soonest first, each once', () => {
  const deadline = fc.record({
    tenant: fc.constant('t'),
    user: fc.constantFrom('a', 'b'),
    pass: fc.constantFrom('p1', 'p2'),
    until: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(deadline), (pushed) => {
      const queue = createDeadlineQueue()
      for (const one of pushed) queue.push(one)
      const popped: number[] = []
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) popped.push(next.until)
      const distinct = new Set(pushed.map((one) => JSON.stringify(one)))
      assert.equal(popped.length, distinct.size)
      assert.deepEqual(
        popped,
        popped.toSorted((a, b) => a - b),
      )
    }),
  )
})

for (const [onExpiry, expected] of [
  ['force', { sessionState: 'ended', mfaVerified: false }],
  ['step-up', { sessionState: 'locked', mfaVerified: false }],
  ['soft', { sessionState: 'unknown', mfaVerified: true }],
] as const) {
  test(`a verification that is over leaves the session as the policy says: ${onExpiry}`, async (t) => {
    const policy = { windowMs: 3_600_000, onExpiry, attemptsAllowed: 5, challengeTtlMs: 300_000, totpPastSteps: 1 }
    const world = await createGuardWorld(t)
    const { code } = await enrolled(world)
    await world.demand('alice', { policy })
    const challenge = await challengeFor(world, await lockOf(world))
    const answer = await respond(world, challenge, {
      code: code(),
      context: { ip: '203.0.113.9', device: thief.device },
    })
    assert.equal(answer.status, 200, answer.text)
    const statusNow = async () => (await world.call('GET', '/v1/users/alice/status?session=s-91')).body
    assert.partialDeepStrictEqual(await statusNow(), { sessionState: 'active', mfaVerified: true })
    world.clock.advance(3_600_000)
    await until(async () => (await statusNow())['sessionState'] === expected.sessionState)
    assert.partialDeepStrictEqual(await statusNow(), expected)
  })
}
