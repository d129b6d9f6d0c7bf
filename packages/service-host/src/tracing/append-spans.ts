import { type AppendRecord, type EventLog, LogError } from '@watchword/event-log'
import type { TraceContext } from '@watchword/service-kit'
import { sourceHeader } from '@watchword/stream'
import { contextOfRecord } from './record-context.ts'
import type { MessagingSystem, Span, Tracer } from './tracer.ts'

type AppendSpansDeps = Readonly<{ tracer: Tracer; system: MessagingSystem }>

/** Records that go to one topic because of one span. */
type Sent = { readonly topic: string; readonly parent: TraceContext; records: number }

/** A span for each append, by topic and trace. The outputs of a stage have that of their fold, which ends when they are acknowledged. */
export function withAppendSpans(log: EventLog, deps: AppendSpansDeps): EventLog {
  return {
    ...log,
    async append(records) {
      const spans = sentOf(records).flatMap((sent) => startSend(sent, deps) ?? [])
      try {
        const positions = await log.append(records)
        for (const span of spans) span.end()
        return positions
      } catch (error) {
        for (const span of spans) span.end({ error: error instanceof LogError ? error.code : 'internal' })
        throw error
      }
    },
  }
}

function sentOf(records: readonly AppendRecord[]): readonly Sent[] {
  const sent = new Map<string, Sent>()
  for (const { topic, headers = {} } of records) {
    const parent = headers[sourceHeader] === undefined ? contextOfRecord(headers) : undefined
    if (parent === undefined) continue
    const name = `${topic}/${parent.traceId}/${parent.spanId}`
    const known = sent.get(name)
    if (known === undefined) sent.set(name, { topic, parent, records: 1 })
    else known.records += 1
  }
  return [...sent.values()]
}

function startSend({ topic, parent, records }: Sent, { tracer, system }: AppendSpansDeps): Span | undefined {
  return tracer.start({
    name: `send ${topic}`,
    kind: 'producer',
    parent,
    attributes: {
      'messaging.system': system,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.batch.message_count': records,
    },
  })
}
