import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP connection to somewhere that can be cut: nobody listens then, and what was open is reset. */
export type CutConnection = Readonly<{
  url: string
  cut: () => Promise<void>
  mend: () => Promise<void>
}>

/** Passes bytes on to the host and port of `target`, under an address of its own that stays the same. */
export async function createCutConnection(target: string): Promise<CutConnection> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname)
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      // A reset of one side is one of the other, and nothing that happens to it is news.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  async function listen(at: number): Promise<number> {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const own = await listen(0)
  return {
    url: `http://127.0.0.1:${own}`,
    async cut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.resetAndDestroy()
      await closed
    },
    async mend() {
      await listen(own)
    },
  }
}
