import {
  type Context,
  type Tracer as SdkTracer,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api'
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace'
import type { TraceContext } from '@watchword/service-kit'
import type { SpanEnd, SpanStart, Tracer } from './tracer.ts'

/** Random ids, but for a span that is given its own. */
export type SpanIds = IdGenerator & { next: string | undefined }

export function createSpanIds(): SpanIds {
  const random = new RandomIdGenerator()
  const ids: SpanIds = {
    next: undefined,
    generateTraceId: () => random.generateTraceId(),
    generateSpanId: () => ids.next ?? random.generateSpanId(),
  }
  return ids
}

const kinds: Readonly<Record<SpanStart['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
}

/** A tracer of the SDK, whose ids come from `ids`. Contexts are passed along, never kept in a global place. */
export function createTracer(tracer: SdkTracer, ids: SpanIds): Tracer {
  return {
    start({ name, kind, parent, spanId, links = [], attributes = {} }) {
      const options = {
        kind: kinds[kind],
        attributes,
        links: links.map((link) => ({ context: spanContextOf(link) })),
      }
      // The SDK asks for the id before it answers.
      ids.next = spanId
      const span = tracer.startSpan(name, options, contextOf(parent))
      ids.next = undefined
      if (!span.isRecording()) return undefined
      const { traceId, spanId: id } = span.spanContext()
      return {
        traceparent: `00-${traceId}-${id}-01`,
        end({ attributes: last = {}, error }: SpanEnd = {}) {
          if (!span.isRecording()) return
          span.setAttributes(last)
          if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
  }
}

function contextOf(parent: TraceContext | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent))
}

function spanContextOf({ traceId, spanId, sampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }
}
