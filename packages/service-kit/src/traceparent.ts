import type { IncomingHttpHeaders } from 'node:http'

/** A span of a trace, in hexadecimal digits, and whether the trace is recorded. */
export type TraceContext = Readonly<{ traceId: string; spanId: string; sampled: boolean }>

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/**
 * What a W3C `traceparent` says, or undefined if it is not valid.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function parseTraceparent(text: string): TraceContext | undefined {
  if (text.length > 256) return undefined
  const [, version, traceId = '', spanId = '', flags = '', rest] = pattern.exec(text) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The W3C `traceparent` of a request, or undefined if there is none or it is not valid. */
export function traceparentOf(request: { readonly headers: IncomingHttpHeaders }): string | undefined {
  const text = request.headers['traceparent']
  return typeof text === 'string' && parseTraceparent(text) !== undefined ? text : undefined
}
