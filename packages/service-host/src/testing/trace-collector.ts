import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it came; ids in hexadecimal digits, no parent is an empty text, times in nanoseconds since 1970. */
export type ReceivedSpan = Readonly<{
  service: string
  name: string
  traceId: string
  spanId: string
  parentSpanId: string
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number
  start: bigint
  end: bigint
  attributes: Readonly<Record<string, string | number>>
  links: readonly Readonly<{ traceId: string; spanId: string }>[]
  isError: boolean
}>

/** A collector that takes OTLP over HTTP as JSON, for tests. */
export interface TraceCollector {
  /** The value of `tracing.otlpUrl`. */
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** Every body as it came. */
  readonly bodies: readonly string[]
  /** Resolves with the spans that are there as soon as they satisfy; the test's own time-out is the limit. */
  until(satisfied: (spans: readonly ReceivedSpan[]) => boolean): Promise<readonly ReceivedSpan[]>
  /** From now on, what is said to each request: nothing at all for `silent`. */
  answer(how: 'well' | 'silent' | 400): void
  close(): Promise<void>
}

type Value = Readonly<{ stringValue?: string; intValue?: string | number; doubleValue?: number }>
type Attribute = Readonly<{ key: string; value: Value }>
type OtlpSpan = Readonly<{
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: readonly Attribute[]
  links?: readonly Readonly<{ traceId: string; spanId: string }>[]
  status: Readonly<{ code?: number }>
}>
type Body = Readonly<{
  resourceSpans: readonly Readonly<{
    resource: Readonly<{ attributes: readonly Attribute[] }>
    scopeSpans: readonly Readonly<{ spans: readonly OtlpSpan[] }>[]
  }>[]
}>

/** Listens on loopback, on a free port unless told one. */
export async function startTraceCollector(port = 0): Promise<TraceCollector> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const waiting = new Set<() => void>()
  const kept = new Set<ServerResponse>()
  let how: 'well' | 'silent' | 400 = 'well'

  function take(body: string): void {
    bodies.push(body)
    spans.push(...spansOf(JSON.parse(body) as Body))
    for (const look of waiting) look()
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (how === 'silent') kept.add(response)
      else if (how === 400 || request.url !== '/v1/traces') response.writeHead(400).end()
      else {
        take(Buffer.concat(chunks).toString())
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    until(satisfied) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (!satisfied(spans)) return
          waiting.delete(look)
          resolve([...spans])
        }
        waiting.add(look)
        look()
      })
    },
    answer(next) {
      how = next
    },
    async close() {
      for (const response of kept) response.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function spansOf({ resourceSpans }: Body): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name'])
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => received(service, span)))
  })
}

function received(service: string, span: OtlpSpan): ReceivedSpan {
  const { name, traceId, spanId, parentSpanId = '', kind, links = [] } = span
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId,
    kind,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    attributes: attributesOf(span.attributes),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    isError: span.status.code === 2,
  }
}

function attributesOf(attributes: readonly Attribute[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.doubleValue ?? Number(value.intValue)]),
  )
}
