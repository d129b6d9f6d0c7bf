import { createHash } from 'node:crypto'
import type { Headers } from '@watchword/event-log'
import { parseTraceparent, type TraceContext } from '@watchword/service-kit'
import { sourceOf } from '@watchword/stream'

/** Which input of which stage a span is about. */
type Input = Readonly<{ stage: string; partition: number; offset: number }>

/**
 * The span that led to a record; undefined for a record of no trace, or of one that is not sampled. Headers hold the trace as it came in, and nothing that
 * differs from fold to fold; of an output they name the input, and so the span of its stage.
 */
export function contextOfRecord(headers: Headers): TraceContext | undefined {
  const text = headers['traceparent']
  const context = text === undefined ? undefined : parseTraceparent(text)
  if (context === undefined || !context.sampled) return undefined
  const source = sourceOf(headers)
  return source === undefined ? context : { ...context, spanId: stageSpanId(context.traceId, source) }
}

/** The id of the span of a stage that folds an input: the same in every process, however often it is folded. */
export function stageSpanId(traceId: string, { stage, partition, offset }: Input): string {
  return createHash('sha256').update(`${traceId}/${stage}/${partition}/${offset}`).digest('hex').slice(0, 16)
}
