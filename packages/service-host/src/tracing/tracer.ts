import type { TraceContext } from '@watchword/service-kit'

/** Facts about a span, by the names of the semantic conventions of OpenTelemetry; never of a user, a session, a device or an address. */
export type SpanAttributes = Readonly<Record<string, string | number>>

/** What a log is to OpenTelemetry: `messaging.system`. */
export type MessagingSystem = 'kafka' | 'watchword'

export type SpanStart = Readonly<{
  name: string
  kind: 'server' | 'producer' | 'consumer' | 'client' | 'internal'
  /** None begins a trace, which the configured share decides about; one that is not sampled is respected. */
  parent?: TraceContext | undefined
  /** In the place of a random one, 16 hexadecimal digits. */
  spanId?: string
  /** Other spans that it works for. A span that begins a trace is recorded if one of them is. */
  links?: readonly TraceContext[]
  attributes?: SpanAttributes
}>

/** What is known at the end. `error` is a stable code, or the status of an answer. */
export type SpanEnd = Readonly<{ attributes?: SpanAttributes; error?: string }>

/** A span that is recorded. */
export type Span = Readonly<{
  /** W3C `traceparent` of what the span leads to. */
  traceparent: string
  /** Further calls do nothing. */
  end: (end?: SpanEnd) => void
}>

/** Records the spans of one service. */
export type Tracer = Readonly<{
  /** Undefined for a span that is not sampled: to be handled as if there were no tracer. */
  start: (span: SpanStart) => Span | undefined
}>
