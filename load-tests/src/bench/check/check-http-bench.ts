import { type Child, startChild } from '../drive/child.ts'
import { closedLoop } from '../drive/closed-loop.ts'
import { openConnection, requestBytes } from '../drive/http-connection.ts'
import type { Bench, Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { processorSeconds } from '../measure/processor-time.ts'
import { quantile } from '../measure/statistics.ts'

type Guard = Child<Readonly<{ url: string; key: string }>>
type Bare = Child<Readonly<{ url: string }>>

const users = 1_000
const lockedUsers = 100
const requestsPerRound = 30_000
const connections = 32

export const checkHttpBench: Bench = {
  name: 'check-http',
  question: 'a check over HTTP against a bare Fastify route that answers 204',
  async run() {
    const guard: Guard = await startChild(new URL('./guard-server.ts', import.meta.url))
    const bare: Bare = await startChild(new URL('./bare-server.ts', import.meta.url))
    try {
      await lockSome(guard)
      const check = await compare('GET /v1/check', guard, bare, 204, checkRequests(guard.ready.key))
      const status = await compare('GET /v1/users/{user}/status', guard, bare, 200, statusRequests(guard.ready.key))
      return {
        comparisons: [...check, ...status],
        information: [],
        setting: [
          `${connections} kept-alive connections, ${requestsPerRound} requests a round, ${users} users of whom ${lockedUsers} have a lock on another session; client in another process`,
          'session-guard: key check, freshness of view and lock stage, look-up of the locks, metrics by route; the bare route does nothing',
        ],
      }
    } finally {
      await Promise.all([guard.stop(), bare.stop()])
    }
  },
}

/** Locks that concern other sessions than those asked about: every check has locks to look at, and admits. */
async function lockSome({ ready }: Guard): Promise<void> {
  await Promise.all(
    Array.from({ length: lockedUsers }, async (_, user) => {
      const connection = await openConnection(new URL(ready.url))
      const headers = { authorization: `Bearer ${ready.key}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ reason: 'bench', session: 'other', app: 'demo' })
      const status = await connection.send(requestBytes('POST', `/v1/users/user-${user}/lock`, headers, body))
      connection.close()
      if (status !== 200) throw new RangeError(`the lock was answered with ${status}`)
    }),
  )
}

function checkRequests(key: string): readonly Uint8Array[] {
  return Array.from({ length: requestsPerRound }, (_, index) =>
    requestBytes('GET', '/v1/check', {
      'x-watchword-key': key,
      'x-watchword-user': `user-${index % users}`,
      'x-watchword-session': `s-${index}`,
      'x-original-method': 'GET',
      'x-original-uri': '/accounts',
    }),
  )
}

function statusRequests(key: string): readonly Uint8Array[] {
  const headers = { authorization: `Bearer ${key}` }
  return Array.from({ length: requestsPerRound }, (_, index) =>
    requestBytes('GET', `/v1/users/user-${index % users}/status?session=s-${index}`, headers),
  )
}

type Measured = Readonly<{ rate: number; p99: number; processorMicros: number }>

const whats: Readonly<Record<keyof Measured, string>> = {
  rate: 'throughput',
  p99: 'p99 at full speed',
  processorMicros: 'processor time of the server a request',
}

async function compare(
  name: string,
  guard: Guard,
  bare: Bare,
  expected: number,
  requests: readonly Uint8Array[],
): Promise<readonly Comparison[]> {
  const measure = (server: Bare, sent: readonly Uint8Array[], status: number) => async (): Promise<Measured> => {
    const before = processorSeconds(server.pid)
    const run = await closedLoop(new URL(server.ready.url), sent, { connections, expected: status })
    const processorMicros = ((processorSeconds(server.pid) - before) * 1e6) / run.requests
    return { rate: run.requests / run.seconds, p99: quantile(run.latenciesMs, 0.99), processorMicros }
  }
  // The same request, headers and all, for the bare route.
  const rounds = await interleave(
    measure(guard, requests, expected),
    measure(bare, checkRequests(guard.ready.key), 204),
  )
  const comparison = (what: keyof Measured, unit: string): Comparison => ({
    name: `${name}, ${whats[what]}`,
    product: { label: 'session-guard', unit, values: rounds.product.map((round) => round[what]) },
    baseline: { label: 'bare Fastify 204', unit, values: rounds.baseline.map((round) => round[what]) },
    aims: what === 'rate' ? [{ of: 'ratio', atLeast: 0.75 }] : [],
  })
  return [comparison('rate', 'requests/s'), comparison('p99', 'ms'), comparison('processorMicros', 'µs')]
}
