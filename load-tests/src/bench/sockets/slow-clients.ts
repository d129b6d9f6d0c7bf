import { setTimeout as delay } from 'node:timers/promises'
import type { Sampled } from '../measure/bench.ts'
import { fleetOf, numbered, type Server, startGuardServer } from './servers.ts'

export const slowClients = 200
export const readers = 1_000
/** Of the state that each slow client asks for and does not read. */
const reasonLength = 50_000
/** Or the guard tells several in one. */
const betweenStatesMs = 10
const withinMs = 60_000

/** Clients that ask and do not read, beside others that do: what they cost, and what becomes of both. */
export async function slowOnes(): Promise<readonly Sampled[]> {
  const server = await startGuardServer()
  try {
    const slow = fleetOf(
      server,
      Array.from({ length: slowClients }, () => 'hoarder'),
    )
    const reading = fleetOf(server, numbered(readers))
    await server.ask('demand', { users: ['hoarder'], session: 's-1', reasonLength })
    await Promise.all([slow.connect(), reading.connect()])
    const before = await figureOf(server, 'rss')
    const frame = JSON.stringify({ type: 'subscribe', topic: 'watchword.security.mfa?originalIdentity=hoarder' })
    for (const { socket } of slow.subscribers) socket?.pause()
    let most = before
    let open = slowClients
    for (const deadline = performance.now() + withinMs; open > 0 && performance.now() < deadline; ) {
      for (const { socket } of slow.subscribers) socket?.send(frame)
      await delay(betweenStatesMs)
      most = Math.max(most, await figureOf(server, 'rss'))
      open = (await figureOf(server, 'watchword_ws_connections')) - readers
    }
    await server.ask('demand', { users: numbered(readers), session: 's-1', reasonLength: 40 })
    const missed = await reading.missing(({ seq }) => seq >= 1, withinMs)
    const cut = await figureOf(server, 'watchword_ws_too_slow_total')
    for (const fleet of [slow, reading]) fleet.close()
    return [
      { label: `clients of ${slowClients} that read nothing, closed with 4408`, unit: 'clients', values: [cut] },
      { label: 'of them still connected a minute later', unit: 'clients', values: [open] },
      { label: 'resident memory that each cost at most', unit: 'bytes', values: [(most - before) / slowClients] },
      { label: `clients of ${readers} that read, and missed a lock`, unit: 'clients', values: [missed] },
    ]
  } finally {
    await server.stop()
  }
}

async function figureOf(server: Server, name: string): Promise<number> {
  return Number(await server.ask('figure', name))
}
