import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, type TestContext, test } from 'node:test'
import type { ReceivedSpan, TraceCollector } from '@watchword/service-host/testing'
import { WebSocket } from 'ws'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform({ traced: true })
})
after(async () => platform.stop())

function collectorOf({ collector }: TestPlatform): TraceCollector {
  assert.ok(collector)
  return collector
}

/** Subscribes as an app does; resolves with what resolves at the first `mfa-required`. */
async function subscribed(t: TestContext, user: string): Promise<Readonly<{ pushed: Promise<void> }>> {
  const headers = { authorization: `Bearer ${platform.key}` }
  const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/v1/subscribe`, 'watchword.v1', { headers })
  t.after(() => socket.terminate())
  const known = Promise.withResolvers<void>()
  const pushed = Promise.withResolvers<void>()
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string }
    if (type === 'state') known.resolve()
    if (type === 'mfa-required') pushed.resolve()
  })
  await once(socket, 'open')
  socket.send(
    JSON.stringify({ type: 'subscribe', topic: `watchword.security.mfa?originalIdentity=${encodeURIComponent(user)}` }),
  )
  await known.promise
  return { pushed: pushed.promise }
}

/** A login that nobody believes, as the app's own detectors say. */
function phished(user: string) {
  return {
    type: 'login',
    outcome: 'succeeded',
    user,
    session: `session-of-${user}`,
    device: `device-of-${user}`,
    ip: '203.0.113.77',
    userAgent: 'Mozilla/5.0 (unusual)',
    signals: ['phishing-proxy'],
  }
}

async function post(activity: object, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const answer = await fetch(`${platform.url}/v1/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(activity),
  })
  assert.equal(answer.status, 202, await answer.text())
}

/** Names of the spans from the trace's first one down to this one. */
function wayTo(span: ReceivedSpan, spans: readonly ReceivedSpan[]): readonly string[] {
  const above = spans.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId)
  return [...(above === undefined ? [] : wayTo(above, spans)), span.name]
}

const named = (spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] =>
  spans.filter((span) => span.name === name)

/** Requests that began a trace which has come as far as to the lock. */
function begunHere(spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] {
  const locked = new Set(named(spans, 'fold lock').map(({ traceId }) => traceId))
  return named(spans, 'POST /v1/activities').filter(
    ({ traceId, parentSpanId }) => parentSpanId === '' && locked.has(traceId),
  )
}

/** All spans, once this trace has come as far as to the lock. */
function lockedIn(traceId: string): Promise<readonly ReceivedSpan[]> {
  return collectorOf(platform).until((spans) => named(spans, 'fold lock').some((span) => span.traceId === traceId))
}

describe('traces', () => {
  test('an activity that locks is one trace, from its request to the frame that a subscriber gets', async (t) => {
    const user = 'trace-alice'
    const subscriber = await subscribed(t, user)
    const traceId = randomBytes(16).toString('hex')
    const clientSpan = randomBytes(8).toString('hex')
    await post(phished(user), { traceparent: `00-${traceId}-${clientSpan}-01` })
    await subscriber.pushed
    const ways = ['POST /v1/activities', 'send watchword.activity.v1', 'fold profile', 'fold lock', 'push']
    // Each process sends its own spans, when it likes.
    const all = await collectorOf(platform).until((received) => {
      const own = new Set(received.filter((span) => span.traceId === traceId).map(({ name }) => name))
      return ways.every((name) => own.has(name))
    })
    const spans = all.filter((span) => span.traceId === traceId)
    const ids = new Set(spans.map(({ spanId }) => spanId))
    for (const { name, parentSpanId } of spans)
      assert.ok(parentSpanId === clientSpan || ids.has(parentSpanId), `the parent of ${name} is not in the trace`)

    const [push] = named(spans, 'push')
    assert.ok(push)
    assert.deepEqual(wayTo(push, spans), ['POST /v1/activities', 'fold profile', 'fold lock', 'push'])
    const service = (name: string): string | undefined => named(spans, name)[0]?.service
    assert.deepEqual(ways.map(service), [
      'watchword-ingest',
      'watchword-ingest',
      'watchword-scorer',
      'watchword-session-guard',
      'watchword-session-guard',
    ])
    const [request] = named(spans, 'POST /v1/activities')
    assert.equal(request?.parentSpanId, clientSpan)
    assert.deepEqual(request.attributes, {
      'http.request.method': 'POST',
      'http.route': '/v1/activities',
      'http.response.status_code': 202,
    })
    const [fold] = named(spans, 'fold profile')
    assert.equal(fold?.attributes['messaging.destination.name'], 'watchword.activity.v1')
    assert.ok(spans.every(({ start, end }) => start <= end))
    assert.ok(push.start >= (fold?.start ?? push.start + 1n))
  })

  test('what is stored for the audit is linked with the traces that it is of, and a trace of its own', async () => {
    const traceId = randomBytes(16).toString('hex')
    await post(phished('trace-bob'), { traceparent: `00-${traceId}-00000000000000b7-01` })
    const spans = await collectorOf(platform).until((received) =>
      named(received, 'INSERT records').some(({ links }) => links.some((link) => link.traceId === traceId)),
    )
    for (const { parentSpanId, traceId: own } of named(spans, 'INSERT records')) {
      assert.equal(parentSpanId, '')
      assert.notEqual(own, traceId)
    }
  })

  test('a request without a trace begins one, and what the client does not sample is not recorded', async () => {
    const [unsampled, sampled] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
    await post(phished('trace-carol'), { traceparent: `00-${unsampled}-00000000000000c7-00` })
    await post(phished('trace-dave'))
    await post(phished('trace-dan'), { traceparent: `00-${sampled}-00000000000000c7-01` })
    await collectorOf(platform).until((received) => begunHere(received).length > 0)
    // The later one is there with all of its way, so the earlier one would be.
    const spans = await lockedIn(sampled)
    assert.deepEqual(
      spans.filter(({ traceId }) => traceId === unsampled),
      [],
    )
  })

  test('nothing that leaves the platform names a user, a session, a device, an address or a key', async () => {
    const user = 'trace-erin-privat'
    const traceId = randomBytes(16).toString('hex')
    await post({ ...phished(user), ip: '198.51.100.199' }, { traceparent: `00-${traceId}-00000000000000e7-01` })
    await lockedIn(traceId)
    const bytes = collectorOf(platform).bodies.join('\n')
    for (const secret of [user, 'session-of', 'device-of', '198.51.100.199', '203.0.113.77', 'unusual', platform.key])
      assert.ok(!bytes.includes(secret), secret)
  })
})
