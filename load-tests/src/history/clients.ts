import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createWatchword, type Replica, type Subject, type Watchword } from '@watchword/node'
import { requireVerified as expressGuard } from '@watchword/node/express'
import { requireVerified as fastifyGuard } from '@watchword/node/fastify'
import express from 'express'
import Fastify from 'fastify'
import { type ApiClient, createApiClient, ofUser } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Channel, Recorder } from './history.ts'

/** Whom the requests are of. */
export type Subjects = readonly Required<Pick<Subject, 'user' | 'session'>>[]

/** Without contact an answer comes at once; little is learned from asking in a tight loop. */
const whileDownMs = 50

export type ClientsDeps = Readonly<{
  api: ApiClient
  recorder: Recorder
  random: SeededRandom
  subjects: Subjects
  stopping: () => boolean
  count: (what: string) => void
  /** Between two questions, milliseconds; at once by default. */
  restMs?: number
}>

/** Asks the platform itself, one request after the other. */
export async function askStatus(deps: ClientsDeps): Promise<void> {
  const { api, recorder, random, subjects, stopping, count, restMs = 0 } = deps
  while (!stopping()) {
    const { user, session } = random.pick(subjects)
    const invokedAt = performance.now()
    const outcome = await api.call({ method: 'GET', path: `${ofUser(user, 'status')}?session=${session}` })
    const returnedAt = performance.now()
    const admitted = !outcome.cut && outcome.status === 200 && outcome.body?.['mfaVerified'] === true
    const sawLock = !outcome.cut && outcome.status === 200 && outcome.body?.['locked'] === true
    recorder.request({ channel: 'http', user, session, invokedAt, returnedAt, admitted, sawLock })
    count(outcome.cut ? 'http: cut' : `http: ${outcome.status}`)
    await rest(outcome.cut ? whileDownMs : restMs)
  }
}

/** Asks as a proxy does that vouches for the user, one request after the other. */
export async function askCheck(deps: ClientsDeps, key: () => string): Promise<void> {
  const { api, recorder, random, subjects, stopping, count, restMs = 0 } = deps
  while (!stopping()) {
    const { user, session } = random.pick(subjects)
    const headers = { 'x-watchword-key': key(), 'x-watchword-user': user, 'x-watchword-session': session }
    const invokedAt = performance.now()
    const outcome = await api.call({ method: 'GET', path: '/v1/check', headers })
    const returnedAt = performance.now()
    const admitted = !outcome.cut && outcome.status === 204
    recorder.request({ channel: 'check', user, session, invokedAt, returnedAt, admitted })
    count(outcome.cut ? 'check: cut' : `check: ${outcome.status}`)
    await rest(outcome.cut ? whileDownMs : restMs)
  }
}

async function rest(forMs: number): Promise<void> {
  if (forMs > 0) await delay(forMs)
}

/** Looks into the replica in this process, some subjects at a time. */
export async function askReplica(deps: Omit<ClientsDeps, 'api'>, replica: Replica): Promise<void> {
  const { recorder, random, subjects, stopping, count } = deps
  while (!stopping()) {
    let isDown = false
    for (let look = 0; look < 4; look++) {
      const { user, session } = random.pick(subjects)
      const invokedAt = performance.now()
      const status = replica.check({ user, session })
      const admitted = status !== 'unknown' && status.mfaVerified && !status.locked
      recorder.request({ channel: 'replica', user, session, invokedAt, returnedAt: performance.now(), admitted })
      isDown ||= status === 'unknown'
      count(status === 'unknown' ? 'replica: unknown' : admitted ? 'replica: admitted' : 'replica: refused')
    }
    await delay(isDown ? whileDownMs : 2)
  }
}

/** Requests to an application that is guarded by the middleware. */
export async function askApp(deps: ClientsDeps, channel: Channel): Promise<void> {
  const { api, recorder, random, subjects, stopping, count } = deps
  while (!stopping()) {
    const { user, session } = random.pick(subjects)
    const invokedAt = performance.now()
    const outcome = await api.call({ method: 'GET', path: '/work', headers: { 'x-user': user, 'x-session': session } })
    const returnedAt = performance.now()
    const status = outcome.cut ? 'cut' : outcome.status
    recorder.request({ channel, user, session, invokedAt, returnedAt, admitted: status === 200 })
    count(`${channel}: ${status}`)
    await delay(status === 200 || status === 401 ? 1 : whileDownMs)
  }
}

/** An application behind the middleware, and a client of it. */
export type GuardedApp = Readonly<{ channel: Channel; api: ApiClient; close: () => Promise<void> }>

type Asked = Readonly<{ headers: Readonly<Record<string, string | string[] | undefined>> }>

const identify = ({ headers }: Asked): Subject => ({
  user: String(headers['x-user']),
  session: String(headers['x-session']),
})

/** An Express and a Fastify application whose every route needs a verified session; they share the client's replica. */
export async function startGuardedApps(client: Watchword): Promise<readonly GuardedApp[]> {
  const withExpress = express()
  withExpress.use(expressGuard({ client, identify }))
  withExpress.get('/work', (_request, response) => void response.json({ done: true }))
  const withFastify = Fastify()
  withFastify.addHook('onRequest', fastifyGuard({ client, identify }))
  withFastify.get('/work', async () => ({ done: true }))
  await withFastify.ready()
  return [
    await serve('express', withExpress as RequestListener),
    await serve('fastify', (request, response) => withFastify.routing(request, response)),
  ]
}

async function serve(channel: Channel, listener: RequestListener): Promise<GuardedApp> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has no port')
  const api = createApiClient({ url: () => `http://127.0.0.1:${address.port}`, key: () => '-', timeoutMs: 5_000 })
  return {
    channel,
    api,
    async close() {
      api.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The SDK's client of the platform; what it reports is counted, not printed. */
export function sdkClient(url: string, key: string, count: (what: string) => void): Watchword {
  return createWatchword({ url, key, onError: (error) => count(`sdk: ${error.code}`) })
}
