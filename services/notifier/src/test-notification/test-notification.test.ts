import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createNotifierWorld, webhookTo } from '../testing/notifier-world.ts'
import { startReceiver } from '../testing/receiver.ts'

const path = '/v1/notifications/test'

describe('a test', () => {
  it('is told to every endpoint of the tenant, whatever it asked for, and says what became of it', async (t) => {
    const receiver = await startReceiver()
    t.after(() => receiver.close())
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

  it('needs the scope operate, and has nothing to say where there are no endpoints', async (t) => {
    const world = await createNotifierWorld(t, {})
    assert.equal((await world.post(path, 'report')).status, 403)
    const { status, body } = await world.post(path, 'operate')
    assert.equal(status, 200)
    assert.deepEqual([body['endpoints'], body['deliveries']], [0, []])
  })
})
