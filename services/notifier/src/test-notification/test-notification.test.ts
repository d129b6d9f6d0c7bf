import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MailConfig } from '../mail/mail-config.ts'
import { createNotifierWorld, secret, webhookTo } from '../testing/notifier-world.ts'
import { receiverOf } from '../testing/receiver.ts'

const path = '/v1/notifications/test'

describe('a test', () => {
  it('is told to every endpoint of the tenant, whatever it asked for, and says what became of it', async (t) => {
    const receiver = await receiverOf(t)
    const world = await createNotifierWorld(t, {
      webhooks: [
        webhookTo(receiver.url, { kinds: ['access-denied'] }),
        webhookTo('https://192.0.2.1/', { id: 'inside' }),
        webhookTo(receiver.url, { tenant: 'other' }),
      ],
    })
    const { status, body } = await world.post(path, 'operate')
    assert.equal(status, 200)
    const { notification, endpoints, deliveries } = body as { notification: string; endpoints: number; deliveries: [] }
    assert.equal(endpoints, 2)
    assert.deepEqual(
      new Set(deliveries.map((one) => JSON.stringify(one))),
      new Set([
        '{"endpoint":"chat","outcome":"delivered","detail":"http-204"}',
        '{"endpoint":"inside","outcome":"failed","detail":"address-refused"}',
      ]),
    )
    assert.deepEqual(
      receiver.received.map(({ headers }) => headers['webhook-id']),
      [notification],
    )
  })

  it('asks no mail server: with nothing but mail it answers at once', async (t) => {
    const mail: MailConfig = {
      id: 'mail',
      tenant: 'demo',
      host: '127.0.0.1',
      port: 1,
      tls: 'none',
      from: 'security@bank.example',
      service: 'Bank',
      directory: { url: 'https://bank.example/', secrets: [secret] },
    }
    const world = await createNotifierWorld(t, { mail: [mail] })
    const { body } = await world.post(path, 'operate')
    assert.deepEqual([body['endpoints'], body['deliveries']], [0, []])
  })

  it('finds what became of it behind whatever else was said meanwhile, also behind what cannot be read', async (t) => {
    const receiver = await receiverOf(t)
    const before = await createNotifierWorld(t, {})
    await before.notifier.stop()
    const headers = { ce_type: 'watchword.delivery-attempted' }
    const append: typeof before.log.append = async (records) => {
      const [record] = records
      if (record?.headers?.['ce_type'] !== headers.ce_type) return before.log.append(records)
      const unreadable = { ...record, value: Buffer.from('x'), headers }
      await before.log.append(Array.from({ length: 1_200 }, () => unreadable))
      return before.log.append(records)
    }
    const after = { ...before, log: { ...before.log, append } }
    const world = await createNotifierWorld(t, { webhooks: [webhookTo(receiver.url)], after })
    const { status, body } = await world.post(path, 'operate')
    assert.equal(status, 200)
    assert.deepEqual(body['deliveries'], [{ endpoint: 'chat', outcome: 'delivered', detail: 'http-204' }])
  })

  it('needs the scope operate, and has nothing to say where there are no endpoints', async (t) => {
    const world = await createNotifierWorld(t, {})
    assert.equal((await world.post(path, 'report')).status, 403)
    const { status, body } = await world.post(path, 'operate')
    assert.equal(status, 200)
    assert.deepEqual([body['endpoints'], body['deliveries']], [0, []])
  })
})
