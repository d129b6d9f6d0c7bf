import { WebSocket } from 'ws'

/** Sockets that are subscribed to one user each. */
export interface Subscribers {
  /** Remembers that this session of a subscribed user is to be locked, due at this moment. */
  expect(session: string, dueAt: number): void
  /** Resolves with the milliseconds from due to arrival of every expected push. Rejects when some do not come. */
  latencies(): Promise<readonly number[]>
  close(): void
}

/** Pushes that did not come: nothing of this round counts. */
class LostPushesError extends Error {
  override readonly name = 'LostPushesError'
  readonly code = 'lost-pushes'
}

const waitMs = 30_000

/** Connects and subscribes a socket for each user, and resolves when each has heard the state. */
export async function subscribeUsers(
  url: string,
  key: string | undefined,
  users: readonly string[],
): Promise<Subscribers> {
  const expected = new Map<string, number>()
  const arrived: number[] = []
  let onComplete: (() => void) | undefined

  function onFrame(text: string): void {
    const now = performance.now()
    const frame = JSON.parse(text) as Frame
    const locks = frame.type === 'mfa-required' ? [frame.lock] : frame.type === 'state' ? frame.locks : []
    for (const { session } of locks) {
      const dueAt = expected.get(session)
      if (dueAt === undefined) continue
      expected.delete(session)
      arrived.push(now - dueAt)
    }
    if (expected.size === 0) onComplete?.()
  }

  const address = `${url.replace('http', 'ws')}/v1/subscribe`
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const sockets: WebSocket[] = []
  for (let from = 0; from < users.length; from += 100) {
    const opened = users.slice(from, from + 100).map(async (user) => {
      const socket = new WebSocket(address, 'watchword.v1', { headers, perMessageDeflate: false })
      sockets.push(socket)
      const { promise: hasState, resolve, reject } = Promise.withResolvers<void>()
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'subscribe', topic: `watchword.security.mfa?originalIdentity=${user}` }))
      })
      socket.on('message', (data) => {
        resolve()
        onFrame((data as Buffer).toString())
      })
      socket.on('error', reject)
      await hasState
    })
    await Promise.all(opened)
  }

  return {
    expect: (session, dueAt) => void expected.set(session, dueAt),
    async latencies() {
      if (expected.size > 0) {
        const complete = Promise.withResolvers<void>()
        onComplete = complete.resolve
        const timer = setTimeout(
          () => complete.reject(new LostPushesError(`${expected.size} pushes did not come`)),
          waitMs,
        )
        await complete.promise
        clearTimeout(timer)
      }
      return arrived
    },
    close: () => sockets.forEach((socket) => socket.terminate()),
  }
}

type Frame =
  | Readonly<{ type: 'mfa-required'; lock: Readonly<{ session: string }> }>
  | Readonly<{ type: 'state'; locks: readonly Readonly<{ session: string }>[] }>
  | Readonly<{ type: 'other' }>
