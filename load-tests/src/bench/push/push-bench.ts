import { freePort } from '@watchword/service-kit'
import { startChild } from '../drive/child.ts'
import { requestBytes } from '../drive/http-connection.ts'
import { login } from '../drive/logins.ts'
import { createOpenLoop } from '../drive/open-loop.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import type { Bench, Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { processorSeconds } from '../measure/processor-time.ts'
import { quantile } from '../measure/statistics.ts'
import { startPlatformProcess } from '../../platform-process.ts'
import { subscribeUsers } from './subscribers.ts'

type Target = Readonly<{ pid: number; url: string; key?: string }>
type Measured = Readonly<{ p50: number; p99: number; max: number; processorMicros: number }>

const socketsOpen = 1_000
const activitiesPerSecond = 1_000
const roundSeconds = 6
const connections = 64

export const pushBench: Bench = {
  name: 'push',
  question: 'from an activity to the push that locks its session, against a bare Fastify and ws echo of the same event',
  async run() {
    const folder = temporaryFolder()
    const platform = await startPlatformProcess({ data: folder.path, port: await freePort() })
    const bare = await startChild<Readonly<{ url: string }>>(new URL('./bare-echo-server.ts', import.meta.url))
    const echo = { pid: bare.pid, url: bare.ready.url }
    try {
      const sometimes = await compare(10, platform, echo)
      const always = await compare(1, platform, echo)
      return {
        comparisons: [...sometimes, ...always],
        information: [],
        setting: [
          `${socketsOpen} sockets subscribed to one user each, ${activitiesPerSecond} activities/s in single requests over ${connections} kept-alive connections for ${roundSeconds} s a round, other users every round; from the moment a request is due to the moment its frame is read, in one process apart from the server`,
          'the subscribed users have logged in once, verified, before the round; an activity is a read in the session of that login, with its device and address',
          'one in ten: every tenth activity is one of a new session in which the app has detected a phishing proxy, which locks that session',
          'the whole platform: ingest, scorer, lock stage and their three commits to disk before the push, with the auditor and its embedded ClickHouse at work; the echo keeps nothing',
        ],
      }
    } finally {
      await bare.stop()
      await platform.stop()
      folder.remove()
    }
  },
}

const whats: Readonly<Record<keyof Measured, string>> = {
  p50: 'p50 of a push',
  p99: 'p99 of a push',
  max: 'slowest push',
  processorMicros: 'processor time of the server an activity',
}

let round = 0

async function compare(lockEvery: number, platform: Target, bare: Target): Promise<readonly Comparison[]> {
  const measure = (target: Target) => async (): Promise<Measured> => {
    round += 1
    const users = Array.from({ length: socketsOpen }, (_, user) => `user-${round}-${user}`)
    await becomeKnown(target, users)
    const subscribers = await subscribeUsers(target.url, target.key, users)
    const loop = await createOpenLoop(new URL(target.url), connections)
    const before = processorSeconds(target.pid)
    await loop.run(activitiesPerSecond, roundSeconds, (index, dueAt) => {
      const number = index % socketsOpen
      if (index % lockEvery !== 0) return activity(target, access(number, users))
      const session = `s-${round}-${index}`
      subscribers.expect(session, dueAt)
      const victim = (index / lockEvery) % socketsOpen
      return activity(target, access(victim, users, { session, signals: ['phishing-proxy'] }))
    })
    const latencies = await subscribers.latencies()
    const processorMicros = ((processorSeconds(target.pid) - before) * 1e6) / (activitiesPerSecond * roundSeconds)
    loop.close()
    subscribers.close()
    return {
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      max: Math.max(...latencies),
      processorMicros,
    }
  }
  const rounds = await interleave(measure(platform), measure(bare))
  const name = lockEvery === 1 ? 'every activity locks' : 'one in ten locks'
  const comparison = (what: keyof Measured, unit: string, atMost?: number): Comparison => ({
    name: `${whats[what]}, ${name}`,
    product: { label: 'watchword up', unit, values: rounds.product.map((one) => one[what]) },
    baseline: { label: 'bare Fastify and ws', unit, values: rounds.baseline.map((one) => one[what]) },
    aims: atMost === undefined ? [] : [{ of: 'product', atMost }],
  })
  return [
    comparison('p50', 'ms', 5),
    comparison('p99', 'ms', 50),
    comparison('max', 'ms'),
    comparison('processorMicros', 'µs'),
  ]
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
