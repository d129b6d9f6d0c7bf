import type { EventLog, Headers, LogRecord } from '@watchword/event-log'
import type { HttpServer } from '@watchword/service-kit'
import { contextOfRecord, stageSpanId } from './record-context.ts'
import { traceRequests } from './request-spans.ts'
import { withAppendSpans } from './append-spans.ts'
import type { MessagingSystem, Span, SpanStart, Tracer } from './tracer.ts'

/** Spans around what a service does with requests and records. */
export type ServiceSpans = Readonly<{
  /** The same log; what begins a way across it gets a span of its append. */
  appends: (log: EventLog) => EventLog
  /** Adds spans to the routes that are registered on the scope from now on. */
  requests: (scope: HttpServer) => void
  /** As `folding` of the metrics of a stage. */
  fold: (stage: string, record: LogRecord) => (() => void) | undefined
  /** A span of what a record leads to; undefined where the record is of no trace that is sampled. */
  follow: (headers: Headers, span: Pick<SpanStart, 'name' | 'kind' | 'attributes'>) => Span | undefined
  /** A span of its own for many records, linked with those of sampled traces; undefined where there are none. */
  batch: (records: readonly LogRecord[], span: Pick<SpanStart, 'name' | 'kind' | 'attributes'>) => Span | undefined
}>

/** A span takes no more. */
const linksMax = 128

export function createServiceSpans(tracer: Tracer, system: MessagingSystem): ServiceSpans {
  return {
    appends: (log) => withAppendSpans(log, { tracer, system }),
    requests: (scope) => traceRequests(scope, tracer),
    fold(stage, { topic, partition, offset, headers }) {
      const parent = contextOfRecord(headers)
      if (parent === undefined) return undefined
      const span = tracer.start({
        name: `fold ${stage}`,
        kind: 'consumer',
        parent,
        spanId: stageSpanId(parent.traceId, { stage, partition, offset }),
        attributes: {
          'messaging.system': system,
          'messaging.operation.name': 'fold',
          'messaging.operation.type': 'process',
          'messaging.destination.name': topic,
          'messaging.destination.partition.id': String(partition),
          'messaging.kafka.offset': offset,
          'watchword.stage': stage,
        },
      })
      return span && (() => span.end())
    },
    follow(headers, span) {
      const parent = contextOfRecord(headers)
      return parent && tracer.start({ ...span, parent })
    },
    batch(records, span) {
      const links = linksOf(records)
      if (links.length === 0) return undefined
      const attributes = { ...span.attributes, 'messaging.batch.message_count': records.length }
      return tracer.start({ ...span, links, attributes })
    },
  }
}

function linksOf(records: readonly LogRecord[]) {
  const links = new Map<string, NonNullable<ReturnType<typeof contextOfRecord>>>()
  for (const { headers } of records) {
    const context = contextOfRecord(headers)
    if (context !== undefined) links.set(`${context.traceId}/${context.spanId}`, context)
    if (links.size >= linksMax) break
  }
  return [...links.values()]
}
