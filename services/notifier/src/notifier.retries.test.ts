import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createNotifierWorld, type NotifierWorld, webhookTo } from './testing/notifier-world.ts'
import { receiverOf } from './testing/receiver.ts'

/** Lets the time pass until each next attempt, and answers how they ended. */
async function untilGivenUp(world: NotifierWorld): Promise<readonly string[]> {
  for (let count = 1; ; count += 1) {
    await world.hasAttempted(count)
    const attempts = await world.attempts()
    const nextAt = attempts.at(-1)?.nextAt ?? null
    if (nextAt === null) return attempts.map(({ outcome }) => outcome)
    // A timer may be set a little after its delay was worked out.
    world.clock.advance(nextAt - world.clock.now() + 5_000)
  }
}

describe('a webhook', () => {
  it('that fails is tried again when the log says, under the same id, also by the next process', async (t) => {
    const receiver = await receiverOf(t)
    const webhooks = [webhookTo(receiver.url)]
    receiver.answer(503)
    const first = await createNotifierWorld(t, { webhooks })
    await first.judge({})
    await first.hasAttempted(1)
    first.clock.advance(5_001)
    await first.hasAttempted(2)
    await first.notifier.stop()
    const [, failed] = await first.attempts()
    assert.equal(failed?.outcome, 'failed')
    assert.ok(Math.abs((failed?.nextAt ?? 0) - first.clock.now() - 300_000) < 10_000)

    receiver.answer(200)
    const second = await createNotifierWorld(t, { webhooks, after: first })
    await second.judge({ user: 'bob' })
    await second.hasAttempted(3)
    second.clock.advance(300_001)
    await second.hasAttempted(4)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    assert.equal(new Set(ids).size, 2)
    assert.deepEqual([ids[1], ids[3]], [ids[0], ids[0]])
    assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 2)
    await second.notifier.stop()

    const third = await createNotifierWorld(t, { webhooks, after: second })
    third.clock.advance(86_400_000)
    await third.judge({ user: 'carol' })
    await third.hasAttempted(5)
    assert.equal(receiver.received.length, 5)
  })

  it('that asks for more time gets it', async (t) => {
    const receiver = await receiverOf(t)
    receiver.answer(429, { 'retry-after': '3600' })
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    await world.judge({})
    await world.hasAttempted(1)
    const [attempt] = await world.attempts()
    assert.ok(Math.abs((attempt?.nextAt ?? 0) - world.clock.now() - 3_600_000) < 10_000)
  })

  it('is given up after ten attempts', async (t) => {
    const receiver = await receiverOf(t)
    receiver.answer(500)
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    await world.judge({})
    assert.deepEqual(await untilGivenUp(world), [...Array.from({ length: 9 }, () => 'failed'), 'gave-up'])
    assert.match(await world.metrics(), /watchword_endpoint_failing\{[^}]*endpoint="chat"[^}]*\} 1/)
  })

  it('is given up after three days, however much time it asks for', async (t) => {
    const receiver = await receiverOf(t)
    receiver.answer(503, { 'retry-after': '86400' })
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    await world.judge({})
    const began = world.clock.now()
    assert.deepEqual(await untilGivenUp(world), ['failed', 'failed', 'failed', 'gave-up'])
    assert.ok(world.clock.now() - began < 3 * 86_400_000 + 60_000)
  })

  it('that is gone is told nothing more by any process, until it is somewhere else', async (t) => {
    const receiver = await receiverOf(t)
    receiver.answer(410)
    const first = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    await first.judge({})
    await first.hasAttempted(1)
    await first.judge({ user: 'bob' })
    await first.hasAttempted(2)
    await first.notifier.stop()
    const second = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)], after: first })
    await second.judge({ user: 'carol' })
    await second.hasAttempted(3)
    await second.notifier.stop()
    assert.equal(receiver.received.length, 1)
    assert.deepEqual((await second.attempts()).map(({ outcome, detail }) => `${outcome} ${detail}`).toSorted(), [
      'endpoint-gone endpoint-disabled',
      'endpoint-gone endpoint-disabled',
      'endpoint-gone http-410',
    ])
    receiver.answer(200)
    const third = await createNotifierWorld(t, { webhooks: [webhookTo(`${receiver.url}/moved`)], after: second })
    await third.judge({ user: 'dave' })
    await receiver.hasReceived(2)
  })
})
