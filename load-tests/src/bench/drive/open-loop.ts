import { type HttpConnection, openConnection } from './http-connection.ts'

export type OpenLoop = Readonly<{
  /** Sends `ratePerSecond` requests a second for `seconds`, whether or not the ones before are answered; resolves when all are. */
  run: (ratePerSecond: number, seconds: number, next: (index: number, dueAt: number) => Uint8Array) => Promise<void>
  close: () => void
}>

/** An answer other than 2xx under an open loop. */
class RefusedRequestError extends Error {
  override readonly name = 'RefusedRequestError'
  readonly code = 'refused-request'
}

/** Opens the connections; a request waits for a free one, and the wait counts since `dueAt` is when it should have gone. */
export async function createOpenLoop(url: URL, connections: number): Promise<OpenLoop> {
  const all = await Promise.all(Array.from({ length: connections }, () => openConnection(url)))
  const free: HttpConnection[] = [...all]
  const waiting: Uint8Array[] = []

  async function serve(connection: HttpConnection, first: Uint8Array): Promise<void> {
    for (let request: Uint8Array | undefined = first; request !== undefined; request = waiting.shift()) {
      const status = await connection.send(request)
      if (status >= 300) throw new RefusedRequestError(`answered ${status}`)
    }
    free.push(connection)
  }

  return {
    async run(ratePerSecond, seconds, next) {
      const total = ratePerSecond * seconds
      const began = performance.now()
      const served: Promise<void>[] = []
      const done = Promise.withResolvers<void>()
      let sent = 0
      const sendDue = (): void => {
        const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * ratePerSecond))
        for (; sent < due; sent += 1) {
          const request = next(sent, began + (sent / ratePerSecond) * 1000)
          const connection = free.pop()
          if (connection === undefined) waiting.push(request)
          else served.push(serve(connection, request))
        }
        if (sent < total) setTimeout(sendDue, 1)
        else done.resolve()
      }
      sendDue()
      await done.promise
      await Promise.all(served)
    },
    close: () => all.forEach((connection) => connection.close()),
  }
}
