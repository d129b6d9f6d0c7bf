import { closedLoop } from '../drive/closed-loop.ts'
import { requestBytes } from '../drive/http-connection.ts'
import { login, variety } from '../drive/logins.ts'
import type { Aim, Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { processorSeconds } from '../measure/processor-time.ts'
import { quantile } from '../measure/statistics.ts'

/** A server that takes activities. */
export type Server = Readonly<{ pid: number; url: string /** Without one, no key is sent. */; key?: string }>

type Load = Readonly<{ requests: number; batch: number; connections: number }>

const batched: Load = { requests: 400, batch: 100, connections: 8 }
const single: Load = { requests: 10_000, batch: 1, connections: 64 }

/** What `compareServers` sends, for the setting of a bench. */
export const loads: readonly string[] = [
  `logins of ${variety.users} users from ${variety.addresses} addresses with ${variety.agents} user agents, each with its own id, sent by this process over kept-alive connections as fast as they are answered`,
  `batched: ${batched.batch} activities a request, ${batched.requests} requests over ${batched.connections} connections a round; single: ${single.requests} requests over ${single.connections}`,
]

/** Measures both in turn with batches and with single activities; throughput of either has to reach `aims`, that of batches `batchAims` too. */
export async function compareServers(
  product: Server,
  bare: Server,
  { aims, batchAims }: Readonly<{ aims: readonly Aim[]; batchAims: readonly Aim[] }>,
): Promise<readonly Comparison[]> {
  const [batches, singles] = [await compare(batched, product, bare), await compare(single, product, bare)]
  return [
    { ...batches.rate, aims: [...aims, ...batchAims] },
    { ...singles.rate, aims },
    batches.p99,
    singles.p99,
    batches.processorMicros,
    singles.processorMicros,
  ]
}

type Measured = Readonly<{ rate: number; p99: number; processorMicros: number }>

const whats: Readonly<Record<keyof Measured, string>> = {
  rate: 'throughput',
  p99: 'p99 at full speed',
  processorMicros: 'processor time of the server an activity',
}

async function compare(
  load: Load,
  product: Server,
  bare: Server,
): Promise<Readonly<Record<keyof Measured, Comparison>>> {
  let sent = 0
  const measure = (server: Server) => async (): Promise<Measured> => {
    const requests = requestsOf(load, server, sent)
    sent += load.requests * load.batch
    const before = processorSeconds(server.pid)
    const run = await closedLoop(new URL(server.url), requests, { ...load, expected: 202 })
    const activities = run.requests * load.batch
    const processorMicros = ((processorSeconds(server.pid) - before) * 1e6) / activities
    return { rate: activities / run.seconds, p99: quantile(run.latenciesMs, 0.99), processorMicros }
  }
  const rounds = await interleave(measure(product), measure(bare))
  const name = load.batch === 1 ? 'single' : `batches of ${load.batch}`
  const comparison = (what: keyof Measured, unit: string): Comparison => ({
    name: `${whats[what]}, ${name}`,
    product: { label: 'ingest', unit, values: rounds.product.map((round) => round[what]) },
    baseline: { label: 'bare Fastify', unit, values: rounds.baseline.map((round) => round[what]) },
    aims: [],
  })
  return {
    rate: comparison('rate', 'activities/s'),
    p99: comparison('p99', 'ms'),
    processorMicros: comparison('processorMicros', 'µs'),
  }
}

function requestsOf({ requests, batch }: Load, { key }: Server, from: number): readonly Uint8Array[] {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  }
  return Array.from({ length: requests }, (_, request) => {
    const items = Array.from({ length: batch }, (__, index) => login(from + request * batch + index))
    return requestBytes('POST', '/v1/activities', headers, JSON.stringify(batch === 1 ? items[0] : items))
  })
}
