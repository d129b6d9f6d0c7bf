import type { IncomingHttpHeaders } from 'node:http'

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/

/**
 * The W3C `traceparent` of a request, or undefined if there is none or it is not valid.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceparentOf(request: { readonly headers: IncomingHttpHeaders }): string | undefined {
  const text = request.headers['traceparent']
  if (typeof text !== 'string' || text.length > 256) return undefined
  const [, version, traceId, parentId, rest] = pattern.exec(text) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (/^0+$/.test(traceId ?? '') || /^0+$/.test(parentId ?? '')) return undefined
  return text
}
