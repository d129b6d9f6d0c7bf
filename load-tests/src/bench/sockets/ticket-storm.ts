import type { Sampled } from '../measure/bench.ts'
import { createFleet } from './fleet.ts'
import { numbered, startGuardServer } from './servers.ts'

export const ticketSockets = 2_000

/** The same for pages: a ticket for each, minted by its backend and used up by the connection, which is two more commits. */
export async function ticketStorm(): Promise<readonly Sampled[]> {
  const server = await startGuardServer()
  const { url, key } = server.ready
  try {
    const ticketFor = async (user: string): Promise<string> => {
      const response = await fetch(`${url}/v1/tickets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user, session: `s-${user}`, purpose: 'subscribe' }),
      })
      return ((await response.json()) as { ticket: string }).ticket
    }
    const fleet = createFleet({
      url,
      users: numbered(ticketSockets),
      width: 256,
      handshakeOf: async (user) => ({
        headers: { origin: 'https://bank.example' },
        protocols: [`ticket.${await ticketFor(user)}`],
      }),
    })
    const before = Number(await server.ask('residentBytes'))
    const ms = await fleet.connect()
    const bytes = (Number(await server.ask('residentBytes')) - before) / ticketSockets
    fleet.close()
    return [
      { label: 'pages with tickets, connections', unit: 'connections/s', values: [(ticketSockets * 1000) / ms] },
      { label: 'resident memory of each, with what is remembered of its ticket', unit: 'bytes', values: [bytes] },
    ]
  } finally {
    await server.stop()
  }
}
