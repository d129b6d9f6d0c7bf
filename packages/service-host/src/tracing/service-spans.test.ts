import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LogError } from '@watchword/event-log'
import { createMemoryDisk, createMemoryLog } from '@watchword/event-log/memory'
import { createHttpServer, createLogger, createMetrics, traceparentOf } from '@watchword/service-kit'
import { stageSpanId } from './record-context.ts'
import { createServiceSpans } from './service-spans.ts'
import { tracedRoutes } from './traced-routes.ts'
import type { SpanEnd, SpanStart, Tracer } from './tracer.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const topic = 'watchword.activity.v1'

type Recorded = SpanStart & { ended: SpanEnd | undefined }

/** Keeps what is recorded. */
function recorder(): Readonly<{ tracer: Tracer; recorded: readonly Recorded[] }> {
  const recorded: Recorded[] = []
  return {
    recorded,
    tracer: {
      start(start) {
        const span: Recorded = { ...start, ended: undefined }
        recorded.push(span)
        return {
          traceparent: `00-${traceId}-${String(recorded.length).padStart(16, '0')}-01`,
          end: (end = {}) => void (span.ended = end),
        }
      },
    },
  }
}

const recordOf = (headers: Readonly<Record<string, string>>) => ({
  topic,
  partition: 2,
  offset: 5,
  timestamp: 0,
  key: 'demo:somebody',
  value: null,
  headers,
})

describe('spans of a service', () => {
  test('a fold has the id that whoever reads its outputs expects, and ends when it is told', () => {
    const { tracer, recorded } = recorder()
    const spans = createServiceSpans(tracer, 'kafka')
    const end = spans.fold('profile', recordOf({ traceparent }))
    assert.equal(recorded[0]?.spanId, stageSpanId(traceId, { stage: 'profile', partition: 2, offset: 5 }))
    assert.equal(recorded[0].ended, undefined)
    end?.()
    assert.deepEqual(recorded[0].ended, {})
    assert.equal(spans.fold('profile', recordOf({})), undefined)
    assert.equal(recorded.length, 1)
  })

  test('an append has one span for each topic and trace; outputs of stages have that of their fold', async () => {
    const { tracer, recorded } = recorder()
    const topics = [
      { name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, compactionLagMs: 0, tombstoneRetentionMs: 0 },
    ] as const
    const memory = createMemoryLog({ topics, disk: createMemoryDisk() }, { now: () => 0 })
    const log = createServiceSpans(tracer, 'watchword').appends(memory)
    const value = new Uint8Array([1])
    const headers = { traceparent }
    await log.append([
      { topic, key: 'a', value, headers },
      { topic, key: 'b', value, headers },
      { topic, key: 'c', value },
      { topic, key: 'd', value, headers: { traceparent, 'ww-source': 'profile/0/0/0' } },
    ])
    assert.deepEqual(
      recorded.map(({ name, parent, attributes, ended }) => [
        name,
        parent?.spanId,
        attributes?.['messaging.batch.message_count'],
        ended,
      ]),
      [[`send ${topic}`, 'b7ad6b7169203331', 2, {}]],
    )
    await memory.close()
    await assert.rejects(log.append([{ topic, key: 'a', value, headers }]), LogError)
    assert.equal(recorded[1]?.ended?.error, 'log-closed')
  })

  test('a batch is linked with each of its traces once, and is nothing without any', () => {
    const { tracer, recorded } = recorder()
    const spans = createServiceSpans(tracer, 'kafka')
    const span = { name: 'INSERT records', kind: 'client' } as const
    spans.batch([recordOf({ traceparent }), recordOf({ traceparent }), recordOf({})], span)
    assert.deepEqual(recorded[0]?.links, [{ traceId, spanId: 'b7ad6b7169203331', sampled: true }])
    assert.equal(recorded[0].parent, undefined)
    assert.equal(recorded[0].attributes?.['messaging.batch.message_count'], 3)
    assert.equal(spans.batch([recordOf({})], span), undefined)
    const many = Array.from({ length: 500 }, (_, offset) =>
      recordOf({ traceparent, 'ww-source': `profile/0/${offset}/0` }),
    )
    spans.batch(many, span)
    assert.equal(recorded[1]?.links?.length, 128)
  })

  test('a request that may write has a span by its route, which is the parent of what it leads to', async (t) => {
    const { tracer, recorded } = recorder()
    const metrics = createMetrics({ service: 'test', version: '0', processMetrics: false })
    const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
    const server = await createHttpServer({ title: 'Test', version: '0' }, { logger, metrics, newId: () => 'id' })
    t.after(() => server.close())
    const routes = tracedRoutes(createServiceSpans(tracer, 'kafka'), async (scope) => {
      scope.post('/v1/users/:user/lock', async (request) => ({ given: traceparentOf(request) ?? null }))
      scope.post('/v1/fails', async () => {
        throw new Error('a fault')
      })
      scope.get('/v1/status', async () => ({}))
    })
    await routes(server, '')
    server.post('/v1/other', async () => ({}))
    const headers = { traceparent }
    const answer = await server.inject({ method: 'POST', url: '/v1/users/alice/lock', headers })
    assert.deepEqual(answer.json(), { given: `00-${traceId}-0000000000000001-01` })
    await server.inject({ method: 'POST', url: '/v1/fails' })
    await server.inject({ method: 'GET', url: '/v1/status', headers })
    await server.inject({ method: 'POST', url: '/v1/other', headers })
    assert.deepEqual(
      recorded.map(({ name, parent, ended }) => [name, parent?.spanId, ended]),
      [
        ['POST /v1/users/:user/lock', 'b7ad6b7169203331', { attributes: { 'http.response.status_code': 200 } }],
        ['POST /v1/fails', undefined, { attributes: { 'http.response.status_code': 500 }, error: '500' }],
      ],
    )
  })
})
