import { requestBytes } from '../drive/http-connection.ts'
import { login } from '../drive/logins.ts'
import { createOpenLoop } from '../drive/open-loop.ts'
import type { Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { processorSeconds } from '../measure/processor-time.ts'
import { quantile } from '../measure/statistics.ts'
import { subscribeUsers } from './subscribers.ts'

/** What takes activities and pushes. */
export type Target = Readonly<{
  label: string
  pids: readonly number[]
  /** Where activities go. */
  url: string
  /** Where subscribers go; default: the same. */
  subscribeUrl?: string
  /** Without one, none is sent and nobody is made known before. */
  key?: string
}>

type Compared = Readonly<{
  /** Every so manieth activity locks its session. */
  lockEvery: number
  product: Target
  bare: Target
  aims: Readonly<{ p50?: number; p99: number }>
}>

type Measured = Readonly<{ p50: number; p99: number; max: number; processorMicros: number }>

export type ComparedPushes = Readonly<{
  comparisons: readonly Comparison[]
  /** Processor time of each process of the product an activity, µs, round by round. */
  busyMicros: readonly (readonly number[])[]
}>

const socketsOpen = 1_000
const activitiesPerSecond = 1_000
const roundSeconds = 6
const connections = 64

/** What is sent, for the setting of a bench. */
export const pushLoads: readonly string[] = [
  `${socketsOpen} sockets subscribed to one user each, ${activitiesPerSecond} activities/s in single requests over ${connections} kept-alive connections for ${roundSeconds} s a round, other users every round; from the moment a request is due to the moment its frame is read, in one process apart from the servers`,
  'the subscribed users have logged in once, verified, before the round; an activity is a read in the session of that login, with its device and address',
  'one in ten: every tenth activity is one of a new session in which the app has detected a phishing proxy, which locks that session',
]

const whats: Readonly<Record<keyof Measured, string>> = {
  p50: 'p50 of a push',
  p99: 'p99 of a push',
  max: 'slowest push',
  processorMicros: 'processor time of the servers an activity',
}

let round = 0

/** Measures both in turn; `aims` are those of the product, in milliseconds. */
export async function comparePushes({ lockEvery, product, bare, aims }: Compared): Promise<ComparedPushes> {
  const measure = (target: Target) => async (): Promise<Measured & Readonly<{ busyMicros: readonly number[] }>> => {
    round += 1
    const users = Array.from({ length: socketsOpen }, (_, user) => `user-${round}-${user}`)
    await becomeKnown(target, users)
    const subscribers = await subscribeUsers(target.subscribeUrl ?? target.url, target.key, users)
    const loop = await createOpenLoop(new URL(target.url), connections)
    const before = target.pids.map(processorSeconds)
    await loop.run(activitiesPerSecond, roundSeconds, (index, dueAt) => {
      const number = index % socketsOpen
      if (index % lockEvery !== 0) return activity(target, access(number, users))
      const session = `s-${round}-${index}`
      subscribers.expect(session, dueAt)
      const victim = (index / lockEvery) % socketsOpen
      return activity(target, access(victim, users, { session, signals: ['phishing-proxy'] }))
    })
    const latencies = await subscribers.latencies()
    const busyMicros = target.pids.map((pid, index) => {
      return ((processorSeconds(pid) - (before[index] ?? 0)) * 1e6) / (activitiesPerSecond * roundSeconds)
    })
    loop.close()
    subscribers.close()
    return {
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      max: Math.max(...latencies),
      processorMicros: busyMicros.reduce((sum, micros) => sum + micros, 0),
      busyMicros,
    }
  }
  const rounds = await interleave(measure(product), measure(bare))
  const name = lockEvery === 1 ? 'every activity locks' : 'one in ten locks'
  const comparison = (what: keyof Measured, unit: string, atMost?: number): Comparison => ({
    name: `${whats[what]}, ${name}`,
    product: { label: product.label, unit, values: rounds.product.map((one) => one[what]) },
    baseline: { label: bare.label, unit, values: rounds.baseline.map((one) => one[what]) },
    aims: atMost === undefined ? [] : [{ of: 'product', atMost }],
  })
  const comparisons = [
    comparison('p50', 'ms', aims.p50),
    comparison('p99', 'ms', aims.p99),
    comparison('max', 'ms'),
    comparison('processorMicros', 'µs'),
  ]
  return { comparisons, busyMicros: rounds.product.map(({ busyMicros }) => busyMicros) }
}

/** Somebody known goes on in the session, on the device and from the place of the login. */
function access(number: number, users: readonly string[], over: object = {}): object {
  const action = { type: 'read', resource: '/accounts', sensitivity: 'low', count: 1 }
  return login(number, { type: 'access', user: users[number], session: `home-${number}`, action, ...over })
}

/** Everybody logs in once, with a second factor: their context is learned before anything is measured. */
async function becomeKnown({ url, key }: Target, users: readonly string[]): Promise<void> {
  if (key === undefined) return
  for (let from = 0; from < users.length; from += 100) {
    const batch = users.slice(from, from + 100).map((user, index) => {
      return login(from + index, { user, session: `home-${from + index}` })
    })
    const response = await fetch(`${url}/v1/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'wait=10' },
      body: JSON.stringify(batch),
    })
    if (response.status !== 200) throw new Error(`the logins were answered ${response.status}`)
  }
}

function activity({ key }: Target, body: object): Uint8Array {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  }
  return requestBytes('POST', '/v1/activities', headers, JSON.stringify(body))
}
