import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { describe, type TestContext, test } from 'node:test'
import { ConfigError, createLifecycle, createLogger, type Lifecycle } from '@watchword/service-kit'
import { startTraceCollector, type TraceCollector } from '../testing/trace-collector.ts'
import { openTracing, type Tracing } from './open-tracing.ts'

const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = { traceId, spanId: 'b7ad6b7169203331', sampled: true }

type Traced = Readonly<{ collector: TraceCollector; tracing: Tracing; lifecycle: Lifecycle }>

async function traced(t: TestContext, sampleRatio = 1): Promise<Traced> {
  const collector = await startTraceCollector()
  const lifecycle = createLifecycle({}, { logger })
  t.after(async () => {
    await lifecycle.stop()
    await collector.close()
  })
  const tracing = await openTracing({ otlpUrl: collector.url, sampleRatio }, { version: '1.2.3', logger, lifecycle })
  assert.ok(tracing)
  return { collector, tracing, lifecycle }
}

describe('tracing', () => {
  test('loads no library of it and traces nothing while no collector is configured', async () => {
    const resolved: string[] = []
    const hooks = registerHooks({
      resolve(specifier, context, next) {
        resolved.push(specifier)
        return next(specifier, context)
      },
    })
    const lifecycle = createLifecycle({}, { logger })
    assert.equal(await openTracing({ sampleRatio: 1 }, { version: '0', logger, lifecycle }), undefined)
    hooks.deregister()
    assert.deepEqual(
      resolved.filter((specifier) => specifier.includes('opentelemetry') || specifier.includes('otlp')),
      [],
    )
    await lifecycle.stop()
  })

  test('refuses what is no URL of HTTP', async () => {
    const lifecycle = createLifecycle({}, { logger })
    for (const otlpUrl of ['collector:4318', 'nonsense', 'ftp://collector'])
      await assert.rejects(openTracing({ otlpUrl, sampleRatio: 1 }, { version: '0', logger, lifecycle }), ConfigError)
  })

  test('sends spans with their service, parent, id, links, attributes and fault', async (t) => {
    const { collector, tracing, lifecycle } = await traced(t)
    const tracer = tracing.tracerOf('scorer')
    const span = tracer.start({
      name: 'fold profile',
      kind: 'consumer',
      parent,
      spanId: '00f067aa0ba902b7',
      links: [parent],
      attributes: { 'messaging.system': 'kafka', 'messaging.kafka.offset': 7 },
    })
    assert.equal(span?.traceparent, `00-${traceId}-00f067aa0ba902b7-01`)
    span.end({ attributes: { 'watchword.attempt': 1 }, error: 'log-unavailable' })
    span.end()
    const other = tracing.tracerOf('ingest').start({ name: 'POST /v1/activities', kind: 'server' })
    assert.notEqual(other?.traceparent.slice(3, 35), traceId)
    other?.end()
    await lifecycle.stop()
    const [first, second] = collector.spans
    assert.equal(collector.spans.length, 2)
    assert.deepEqual(
      { ...first, start: 0n, end: 0n },
      {
        service: 'watchword-scorer',
        name: 'fold profile',
        traceId,
        spanId: '00f067aa0ba902b7',
        parentSpanId: parent.spanId,
        kind: 5,
        start: 0n,
        end: 0n,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.kafka.offset': 7,
          'watchword.attempt': 1,
          'error.type': 'log-unavailable',
        },
        links: [{ traceId, spanId: parent.spanId }],
        isError: true,
      },
    )
    assert.deepEqual([second?.service, second?.kind, second?.parentSpanId], ['watchword-ingest', 2, ''])
    assert.deepEqual(tracing.counts(), { exported: 2, queueFull: 0, notTaken: 0 })
  })

  test('leaves the decision to the parent, to what is linked, and for a beginning or a request from outside to the ratio', async (t) => {
    const { tracing } = await traced(t, 0)
    const tracer = tracing.tracerOf('ingest')
    const start = { name: 'n', kind: 'internal' } as const
    assert.equal(tracer.start(start), undefined)
    assert.equal(tracer.start({ ...start, links: [{ ...parent, sampled: false }] }), undefined)
    assert.equal(tracer.start({ ...start, parent: { ...parent, sampled: false } }), undefined)
    assert.ok(tracer.start({ ...start, parent }))
    assert.equal(
      tracer.start({ ...start, kind: 'server', parent }),
      undefined,
      'whoever sends a request decides nothing',
    )
    assert.ok(tracer.start({ ...start, links: [parent] }))
    const always = (await traced(t, 1)).tracing.tracerOf('ingest')
    for (const kind of ['internal', 'server'] as const)
      assert.equal(always.start({ ...start, kind, parent: { ...parent, sampled: false } }), undefined)
    assert.ok(always.start({ ...start, kind: 'server', parent }))
  })

  test('counts the spans that a collector refuses, and goes on', async (t) => {
    const { collector, tracing, lifecycle } = await traced(t)
    collector.answer(400)
    tracing.tracerOf('ingest').start({ name: 'n', kind: 'internal' })?.end()
    while (tracing.counts().notTaken === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    collector.answer('well')
    tracing.tracerOf('ingest').start({ name: 'n', kind: 'internal' })?.end()
    await lifecycle.stop()
    assert.deepEqual(tracing.counts(), { exported: 1, queueFull: 0, notTaken: 1 })
  })

  test('keeps a bounded number of spans for a collector that does not answer, counts the rest, and stops in time', async (t) => {
    const { collector, tracing, lifecycle } = await traced(t)
    collector.answer('silent')
    const tracer = tracing.tracerOf('ingest')
    for (let count = 0; count < 10_000; count += 1) tracer.start({ name: 'n', kind: 'internal' })?.end()
    const { queueFull } = tracing.counts()
    // What waits, and one batch that is under way.
    assert.ok(queueFull >= 10_000 - 2_048 - 512, String(queueFull))
    const began = performance.now()
    assert.equal(await lifecycle.stop(), true)
    assert.ok(performance.now() - began < 4_500)
  })

  test('stops cleanly where there is no collector at all', async (t) => {
    const { collector } = await traced(t)
    const lifecycle = createLifecycle({}, { logger })
    const gone = await startTraceCollector()
    await gone.close()
    const tracing = await openTracing({ otlpUrl: gone.url, sampleRatio: 1 }, { version: '0', logger, lifecycle })
    tracing?.tracerOf('ingest').start({ name: 'n', kind: 'internal' })?.end()
    assert.equal(await lifecycle.stop(), true)
    assert.deepEqual(collector.spans, [])
  })
})
