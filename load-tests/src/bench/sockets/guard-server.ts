import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { topicOf, userKey } from '@watchword/contracts'
import { runAsChild } from '../drive/child.ts'
import type { ProductParts } from '../drive/product-parts.ts'
import { startGuard } from '../drive/start-guard.ts'
import { loopHeldMs } from './loop-held.ts'
import { residentBytes } from './memory.ts'

let guard: ProductParts | undefined
const sockets = new Set<Socket>()

/** Session-guard alone, whose connections can all be cut, and whose users locked as the scorer would. */
await runAsChild(
  async (onEnd) => {
    const { url, ...parts } = await startGuard(onEnd)
    guard = parts
    parts.server.server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    await parts.access.putApp('demo', { id: 'demo', origins: [`https://bank.example`] })
    return { url, key: parts.key }
  },
  {
    residentBytes,
    async cut() {
      for (const socket of sockets) socket.resetAndDestroy()
      while (sockets.size > 0) await nextTurn()
    },
    demand: (demands: Demands) => demand(demands),
    loopHeldMs,
    figure: (name: string) => figureOf(name),
  },
)

/** A figure of the metrics, or `rss`. */
async function figureOf(name: string): Promise<number> {
  if (name === 'rss') return process.memoryUsage.rss()
  const [value] = (await guard?.metrics.getSingleMetric(name)?.get())?.values ?? []
  return value?.value ?? Number.NaN
}

/** One more lock for each of these users, with a reason of so many characters. */
export type Demands = Readonly<{ users: readonly string[]; session: string; reasonLength: number }>

async function demand({ users, session, reasonLength }: Demands): Promise<void> {
  if (guard === undefined) return
  const { codecs, log, newId } = guard
  const receivedAt = Date.now()
  const records = users.map((user) => ({
    topic: topicOf('mfa'),
    key: userKey('demo', user),
    headers: {},
    value: codecs.mfa.encode({
      tenant: 'demo',
      user,
      receivedAt,
      commandId: newId(),
      mac: null,
      body: {
        type: 'mfa-required',
        data: {
          assessment: 'a-0-0-0',
          activity: 'activity-1',
          app: 'demo',
          session,
          device: null,
          scope: 'session',
          level: 'HIGH',
          context: { device: 'd-1', fingerprint: null, network: '203.0.113.0/24', agent: null },
          time: receivedAt,
          grounds: 'proven',
          reasonUser: { en: 'x'.repeat(reasonLength) },
          factors: ['totp'],
          policy: {
            windowMs: 28_800_000,
            onExpiry: 'soft',
            attemptsAllowed: 5,
            challengeTtlMs: 300_000,
            totpPastSteps: 1,
          },
        },
      },
    }),
  }))
  await log.append(records)
}
