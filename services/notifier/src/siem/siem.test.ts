import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, it, test } from 'node:test'
import { schemaText } from '@watchword/contracts'
import fc from 'fast-check'
import type { Raised } from '../deliveries/raised.ts'
import { createAddressGuard, loopback } from '../outbound/address-guard.ts'
import { hostile } from '../testing/hostile-raised.ts'
import { readCef } from '../testing/read-cef.ts'
import { collectorCertificate, messagesIn, startCollector } from '../testing/collector.ts'
import { createNotifierWorld } from '../testing/notifier-world.ts'
import { sampleRaised as raised } from '../testing/sample-raised.ts'
import { cefEvent } from './cef-event.ts'
import { ecsEvent } from './ecs-event.ts'
import { ocsfEvent } from './ocsf-event.ts'
import { plainJson } from './plain-text.ts'
import { createSiemChannel } from './siem-channel.ts'
import { syslogFrame } from './syslog-frame.ts'

const oneLine = /^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u

describe('what is in a notification', () => {
  test('never breaks a record of JSON, which reads back as it was', () => {
    fc.assert(
      fc.property(hostile, (one) => {
        for (const event of [ocsfEvent(one), ecsEvent(one)]) {
          const text = plainJson(event)
          assert.match(text, oneLine)
          assert.deepEqual(JSON.parse(text), event)
        }
      }),
    )
  })

  test('never breaks a line of CEF, ends none of its fields and begins none', () => {
    const withoutAddress = [...readCef(cefEvent({ ...raised, data: { ...raised.data, ip: null } })).fields.keys()]
    fc.assert(
      fc.property(hostile, (one) => {
        const line = cefEvent(one)
        assert.match(line, oneLine)
        const { head, fields } = readCef(line)
        assert.deepEqual(head, ['CEF:0', 'Watchword', 'Watchword', '1', 'access-denied', 'Access denied', '9'])
        const ofAddress = new Map([
          ['203.0.113.7', ['src']],
          ['2001:db8::7', ['c6a2Label', 'c6a2']],
        ]).get(one.data.ip ?? '')
        assert.deepEqual([...fields.keys()].toSorted(), [...withoutAddress, ...(ofAddress ?? [])].toSorted())
      }),
    )
  })

  test('never ends a frame of syslog: what was sent is read, message by message', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 5 }), (many) => {
        const frames = many.map((one) => syslogFrame(one, 'host', cefEvent(one)))
        const read = messagesIn(Buffer.concat(frames))
        assert.deepEqual(
          read.map((message) => message.slice(message.indexOf('\uFEFF') + 1)),
          many.map((one) => cefEvent(one)),
        )
      }),
    )
  })
})

test('every kind is an event of a class, with its type made of both', () => {
  const { fields } = JSON.parse(schemaText('notification')) as {
    fields: { name: string; type: { fields: { name: string; type: { symbols?: string[] } }[] }[] }[]
  }
  const body = fields.find(({ name }) => name === 'body')
  const symbols = body?.type[0]?.fields.find(({ name }) => name === 'kind')?.type.symbols ?? []
  assert.equal(symbols.length, 11)
  for (const symbol of symbols) {
    const kind = symbol.replaceAll('_', '-') as Raised['data']['kind']
    const event = ocsfEvent({ ...raised, data: { ...raised.data, kind } }) as Record<string, number>
    assert.equal(event['type_uid'], (event['class_uid'] ?? NaN) * 100 + (event['activity_id'] ?? NaN), kind)
    assert.ok([0, 2004, 3001, 3002].includes(event['class_uid'] ?? NaN), kind)
  }
})

test('a message is one of RFC 5424', () => {
  const [message = ''] = messagesIn(syslogFrame(raised, 'häst name', 'text'))
  assert.equal(message, '<84>1 2026-11-26T10:00:00.000Z hstname watchword - access-denied - \uFEFFtext')
})

describe('a collector', () => {
  for (const tls of [false, true])
    it(`is told over ${tls ? 'TLS' : 'TCP'} what operators should know`, async (t) => {
      const collector = await startCollector(tls)
      t.after(() => collector.close())
      const { port } = collector
      const trusted = tls ? { ca: collectorCertificate } : {}
      const world = await createNotifierWorld(t, {
        siem: [{ id: 'siem', tenant: 'demo', host: 'localhost', port, tls, format: 'ocsf', ...trusted }],
      })
      await world.judge({})
      await collector.hasReceived(1)
      await world.hasAttempted(1)
      const [message = ''] = collector.messages
      const event = JSON.parse(message.slice(message.indexOf('\uFEFF') + 1)) as Record<string, unknown>
      assert.deepEqual([event['class_uid'], event['type_uid'], event['risk_score']], [2004, 200401, 55])
      const from = { src_endpoint: { ip: '203.0.113.7', location: { country: 'DE' } } }
      assert.partialDeepStrictEqual(event['evidences'], [{ ...from, http_request: { user_agent: 'Mozilla/5.0' } }])
      assert.deepEqual(
        (await world.attempts()).map(({ outcome, detail }) => [outcome, detail]),
        [['delivered', 'sent']],
      )
    })

  it('that is away, or cannot say who it is, is told later', async (t) => {
    const away = await startCollector(false)
    await away.close()
    const stranger = await startCollector(true)
    t.after(() => stranger.close())
    const common = { tenant: 'demo', host: 'localhost', format: 'cef' } as const
    const world = await createNotifierWorld(t, {
      siem: [
        { ...common, id: 'away', port: away.port, tls: false },
        { ...common, id: 'stranger', port: stranger.port, tls: true },
      ],
    })
    await world.judge({})
    await world.hasAttempted(2)
    assert.deepEqual(
      (await world.attempts()).map(({ outcome, detail }) => [outcome, detail]),
      [
        ['failed', 'connect-failed'],
        ['failed', 'connect-failed'],
      ],
    )
    assert.equal(stranger.messages.length, 0)
  })

  it('that ends before it can have read all was not told, and neither was one in the clear elsewhere', async (t) => {
    const hasty = createServer({ pauseOnConnect: true }, (socket) => {
      socket.on('error', () => undefined)
      socket.end()
    })
    t.after(() => hasty.close())
    await once(hasty.listen(0, '127.0.0.1'), 'listening')
    const { port } = hasty.address() as AddressInfo
    const common = { id: 'siem', tenant: 'demo', port, tls: false, format: 'ocsf' } as const
    const guard = createAddressGuard(loopback)
    const { signal } = new AbortController()
    // More than the buffers of both ends hold.
    const large = { ...raised, data: { ...raised.data, subject: 's'.repeat(32_000_000) } }
    const failed = { outcome: 'failed', retryAfterMs: 0 } as const
    assert.deepEqual(await createSiemChannel({ ...common, host: '127.0.0.1' }, { guard }).deliver(large, signal), {
      ...failed,
      detail: 'connect-failed',
    })
    assert.deepEqual(await createSiemChannel({ ...common, host: '192.0.2.1' }, { guard }).deliver(raised, signal), {
      ...failed,
      detail: 'address-refused',
    })
  })

  it('that does not end is interrupted with the notifier', async (t) => {
    const connected = Promise.withResolvers<Socket>()
    const slow = createServer({ allowHalfOpen: true }, (socket) => connected.resolve(socket.resume()))
    t.after(() => slow.close())
    await once(slow.listen(0, '127.0.0.1'), 'listening')
    const { port } = slow.address() as AddressInfo
    const channel = createSiemChannel(
      { id: 'siem', tenant: 'demo', host: '127.0.0.1', port, tls: false, format: 'cef' },
      { guard: createAddressGuard(loopback) },
    )
    const givenUp = new AbortController()
    const result = channel.deliver(raised, givenUp.signal)
    const socket = await connected.promise
    await once(socket, 'end')
    givenUp.abort()
    assert.deepEqual(await result, { outcome: 'failed', detail: 'interrupted', retryAfterMs: 0 })
    socket.destroy()
  })
})
