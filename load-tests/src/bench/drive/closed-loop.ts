import { openConnection } from './http-connection.ts'

/** What a closed loop did. */
export type LoopRun = Readonly<{ seconds: number; requests: number; latenciesMs: readonly number[] }>

/** An answer that was not the one expected: its figures would not be those of the work. */
class UnexpectedStatusError extends Error {
  override readonly name = 'UnexpectedStatusError'
  readonly code = 'unexpected-status'
}

/** Sends every request once over some connections, each as soon as the one before is answered. */
export async function closedLoop(
  url: URL,
  requests: readonly Uint8Array[],
  { connections, expected }: Readonly<{ connections: number; expected: number }>,
): Promise<LoopRun> {
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(url)))
  const latenciesMs: number[] = []
  let next = 0
  const began = performance.now()
  await Promise.all(
    opened.map(async (connection) => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const sentAt = performance.now()
        const status = await connection.send(request)
        latenciesMs.push(performance.now() - sentAt)
        if (status !== expected) throw new UnexpectedStatusError(`answered ${status} instead of ${expected}`)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  for (const connection of opened) connection.close()
  return { seconds, requests: requests.length, latenciesMs }
}
