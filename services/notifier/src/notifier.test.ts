import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deliveryGroup, topicOf, userKey } from '@watchword/contracts'
import { LogError, partitionOf } from '@watchword/event-log'
import { Webhook } from 'standardwebhooks'
import { createNotifierWorld, secret, webhookTo } from './testing/notifier-world.ts'
import { type Receiver, receiverOf } from './testing/receiver.ts'

const idsOf = (receiver: Receiver): readonly unknown[] => receiver.received.map(({ headers }) => headers['webhook-id'])

describe('a webhook', () => {
  it('is told of what is to be told, signed, once, and of nothing else', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(`${receiver.url}/hook?a=b`)] })
    await world.judge({ decision: 'allow' }, { decision: 'notify' })
    await receiver.hasReceived(1)
    await world.hasAttempted(1)
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = receiver.received
    assert.equal(path, '/hook?a=b')
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>
    const { id, ...data } = verified['data'] as Record<string, unknown>
    assert.equal(headers['webhook-id'], id)
    assert.equal(verified['type'], 'notification.unusual-activity')
    assert.deepEqual(data, {
      severity: 'medium',
      audience: ['user', 'operators'],
      subject: 'a-1-1-0',
      signals: ['ip.unknown'],
      facts: { type: 'login', outcome: 'succeeded' },
      similar: 0,
      tenant: 'demo',
      user: 'alice',
      app: 'bank',
      session: 's-91',
      device: 'd-7f',
      score: 55,
      level: 'MEDIUM',
      reason: { en: 'We noticed a sign-in from a new place.' },
    })
    assert.deepEqual(
      (await world.attempts()).map((attempt) => ({ ...attempt })),
      [{ notification: id, endpoint: 'chat', attempt: 1, outcome: 'delivered', detail: 'http-204', nextAt: null }],
    )
    assert.equal(receiver.received.length, 1)
    assert.ok(!world.logText().includes(secret) && !world.logText().includes(receiver.url))
  })

  it('is told once of 10 000 identical signals', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    await world.judge(...Array.from({ length: 10_000 }, () => ({})))
    await world.judge({ decision: 'deny' })
    await receiver.hasReceived(2)
    assert.equal((await world.raised()).length, 2)
    assert.match(receiver.received.at(-1)?.body ?? '', /notification\.access-denied/)
  })

  it('is told of what was too much in one digest when that is due, also by the next process, and then never again', async (t) => {
    const receiver = await receiverOf(t)
    const webhooks = [webhookTo(receiver.url, { kinds: ['unusual-activity'] })]
    const first = await createNotifierWorld(t, { webhooks })
    await first.judge(...Array.from({ length: 15 }, (_, index) => ({ device: `d-${index}` })))
    await first.hasAttempted(3)
    await first.notifier.stop()
    const second = await createNotifierWorld(t, { webhooks, after: first })
    await second.judge({ user: 'bob' })
    await second.hasAttempted(4)
    assert.equal(receiver.received.length, 4, 'not before it is due')
    second.clock.advance(3_661_000)
    await second.hasAttempted(5)
    const { type, data } = JSON.parse(receiver.received[4]?.body ?? '') as { type: string; data: object }
    const { id, ...told } = data as { id: string }
    assert.equal(type, 'notification.digest')
    assert.match(id, /^n-a-\d+-3$/)
    assert.deepEqual(told, {
      severity: 'medium',
      audience: ['user', 'operators'],
      tenant: 'demo',
      user: 'alice',
      app: 'bank',
      subject: 'alice',
      signals: [],
      facts: { of: 'unusual-activity' },
      // Of twelve that were held back; counts are said up to ten, then in steps.
      similar: 10,
      reason: { en: 'There was more that you were not told of one by one.' },
    })
    await second.notifier.stop()
    const third = await createNotifierWorld(t, { webhooks, after: second })
    third.clock.advance(86_400_000)
    await third.judge({ user: 'carol' })
    await third.hasAttempted(6)
    assert.equal(receiver.received.length, 6)
  })

  it('is told of no digest when the next of its kind has counted what was too much', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    for (const device of ['a', 'b', 'c', 'd', 'e']) {
      await world.judge({ device })
      // The fifth comes an hour and more after the first, and half an hour after the fourth.
      world.clock.advance(device === 'd' ? 30 * 60_000 : 11 * 60_000)
    }
    await world.hasAttempted(4)
    assert.deepEqual(
      (await world.raised()).map(({ similar }) => similar),
      [0, 0, 0, 1],
    )
    world.clock.advance(3 * 3_600_000)
    await world.judge({ decision: 'deny', user: 'bob' })
    await world.hasAttempted(5)
    assert.equal(receiver.received.length, 5)
    assert.ok(receiver.received.every(({ body }) => !body.includes('notification.digest')))
  })

  it('hears only of its tenant and of the kinds that it asked for', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, {
      webhooks: [webhookTo(receiver.url, { kinds: ['access-denied'] }), webhookTo(receiver.url, { tenant: 'other' })],
    })
    await world.judge({}, { decision: 'deny', user: 'bob' })
    await world.hasAttempted(1)
    // What was not wanted stands before it in the same partition, and would have come by now.
    await world.judge({ decision: 'deny' })
    await world.hasAttempted(2)
    assert.equal((await world.raised()).length, 3)
    assert.deepEqual(
      receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type),
      ['notification.access-denied', 'notification.access-denied'],
    )
  })

  it('hears once of what the log holds twice, also when the first was delivered before the second came', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)] })
    await world.judge({})
    await world.hasAttempted(1)
    const topic = topicOf('notification')
    const partition = partitionOf(userKey('demo', 'alice'), (await world.log.ends(topic)).length)
    const [first] = await world.log.read(topic, partition, 0, 1)
    assert.ok(first !== undefined)
    await world.log.append([first])
    // Behind it in the same partition.
    await world.judge({ decision: 'deny' })
    await world.hasAttempted(2)
    assert.equal(new Set(idsOf(receiver)).size, 2)
    assert.equal(receiver.received.length, 2)
  })

  it('hears of nothing below its floor', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url, { severityFloor: 'high' })] })
    await world.judge({ decision: 'notify' }, { decision: 'deny' })
    await world.hasAttempted(1)
    assert.deepEqual(
      (await world.raised()).map(({ severity }) => severity),
      ['medium', 'high'],
    )
    assert.deepEqual(
      receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type),
      ['notification.access-denied'],
    )
  })

  it('cannot send the notifier inside: no redirect is followed, and no address that is not public is asked', async (t) => {
    const inside = await receiverOf(t)
    const outside = await receiverOf(t)
    outside.answer(302, { location: inside.url })
    const world = await createNotifierWorld(t, {
      webhooks: [webhookTo(outside.url), webhookTo('https://localhost:1/', { id: 'inside' })],
      allowedNetworks: [`${new URL(outside.url).hostname}/32`],
    })
    await world.judge({})
    await world.hasAttempted(2)
    const attempts = new Map((await world.attempts()).map(({ endpoint, detail }) => [endpoint, detail]))
    assert.equal(attempts.get('chat'), 'http-302')
    assert.equal(inside.received.length, 0)
    const strict = await createNotifierWorld(t, {
      webhooks: [webhookTo('https://169.254.169.254/latest/meta-data/')],
      allowedNetworks: [],
    })
    await strict.judge({})
    await strict.hasAttempted(1)
    assert.equal((await strict.attempts())[0]?.detail, 'address-refused')
  })
})

describe('a notifier', () => {
  it('that starts for the first time tells nothing of what was there before', async (t) => {
    const receiver = await receiverOf(t)
    const without = await createNotifierWorld(t, {})
    await without.judge({})
    while ((await without.raised()).length < 1) await new Promise((resolve) => setImmediate(resolve))
    await without.notifier.stop()
    // As if nobody had delivered before: of another log with the same records.
    const log = { ...without.log, committed: async () => [null, null, null, null] }
    const first = await createNotifierWorld(t, {
      webhooks: [webhookTo(receiver.url)],
      after: { ...without, log },
    })
    await first.judge({ user: 'bob' })
    await first.hasAttempted(1)
    assert.match(receiver.received[0]?.body ?? '', /"bob"/)
    assert.equal(receiver.received.length, 1)
    assert.match(first.logText(), /"passedOver":1[^\n]*deliveries begin here/)
    assert.doesNotMatch(without.logText(), /deliveries begin here/)
  })

  it('waits for a log that does not answer while it takes its partitions up', async (t) => {
    const receiver = await receiverOf(t)
    const before = await createNotifierWorld(t, {})
    await before.notifier.stop()
    let failures = 5
    const log = {
      ...before.log,
      async committed(group: string, topic: string) {
        failures -= 1
        if (failures >= 0) throw new LogError('log-unavailable', 'the coordinator is away')
        return before.log.committed(group, topic)
      },
    }
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)], after: { ...before, log } })
    await world.judge({})
    await receiver.hasReceived(1)
    assert.ok(failures < 0)
  })

  it('says in its own log what went wrong with an attempt while it was stopping', async (t) => {
    const receiver = await receiverOf(t)
    const before = await createNotifierWorld(t, {})
    await before.notifier.stop()
    const attempted = Promise.withResolvers<number | undefined>()
    const stopping = Promise.withResolvers<void>()
    const append: typeof before.log.append = async (records) => {
      const [record] = records
      if (record?.headers?.['ce_type'] !== 'watchword.delivery-attempted') return before.log.append(records)
      attempted.resolve(record.partition)
      await stopping.promise
      throw new TypeError('a fault of this process')
    }
    const join: typeof before.log.join = (options) => {
      const onRevoked: typeof options.onRevoked = async (partition) => {
        const revoked = options.onRevoked(partition)
        if (options.group === deliveryGroup.group && partition === (await attempted.promise)) stopping.resolve()
        await revoked
      }
      return before.log.join({ ...options, onRevoked })
    }
    const after = { ...before, log: { ...before.log, append, join } }
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)], after })
    await world.judge({})
    await attempted.promise
    await world.notifier.stop()
    assert.match(world.logText(), /a fault of this process/)
  })

  it('refuses endpoints that it could not serve, all at once', async (t) => {
    await assert.rejects(
      createNotifierWorld(t, {
        webhooks: [
          webhookTo('https://user:word@example.com/'),
          webhookTo('http://example.com/'),
          webhookTo('https://example.com/'),
        ],
        allowedNetworks: [],
      }),
      { code: 'config-invalid', message: /webhooks\.0\.url(?:.|\n)*webhooks\.1\.url(?:.|\n)*webhooks\.1\.id/ },
    )
  })
})
