import {
  applyUserFrame,
  isUserFrame,
  type Lock,
  lockApplies,
  noUserLocks,
  parseFrame,
  type UserFrame,
} from '@watchword/frames'
import { mayBeCanonicalOf } from '@watchword/user-names'
import { pageHints, type PageHints } from './page-hints.ts'
import { reconnectDelayMs, restartHintMs } from './reconnect-delay.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** Whom a channel is for and whom it tells. */
export type SessionChannelOptions = {
  /** Base address of the platform, `http:` or `https:`. */
  readonly url: string
  /** Gets a fresh one-use ticket (purpose `subscribe`) from the app's backend; asked before each connection. */
  readonly ticket: () => Promise<string>
  readonly user: string
  readonly session: string
  /** The app's device id, if the page knows it; without it every device lock of the user concerns this page. */
  readonly device?: string
  /** Once for each lock that concerns this session. */
  readonly onLocked: (lock: Lock) => void
  /** A lock that is in force has a new version, as with another cause or other factors: an answer to the older one opens nothing. */
  readonly onRaised?: (lock: Lock) => void
  /** `by` is undefined when it happened while the connection was lost. */
  readonly onUnlocked: (unlock: { readonly lock: Lock; readonly by: string | undefined }) => void
  readonly onSessionEnded: (session: string) => void
  /** Faults; after `not-allowed` nothing further comes, after any other the channel tries again. */
  readonly onError?: (error: WatchwordBrowserError) => void
}

/** A live channel. */
export type SessionChannel = {
  /** The locks that concern this session now, as far as the page knows. */
  readonly locks: () => readonly Lock[]
  readonly close: () => void
}

/** A channel's surroundings; the browser's own by default. */
export type ChannelRuntime = {
  readonly WebSocket: typeof WebSocket
  readonly random: () => number
  readonly setTimeout: (callback: () => void, ms: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
  readonly hints: PageHints
}

const browserRuntime = (): ChannelRuntime => ({
  WebSocket: globalThis.WebSocket,
  random: Math.random,
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
  hints: pageHints(),
})

/** Whoever was away for longer may hold a dead connection without knowing. */
const awayMaxMs = 45_000
const notAllowed = 4403

/** Keeps a session in touch with the guard until it is closed; a push is a hint, the backend's check is the truth. */
export const createSessionChannel = (
  options: SessionChannelOptions,
  runtime: ChannelRuntime = browserRuntime(),
): SessionChannel => {
  const { user, session, device } = options
  const name = user.normalize('NFC')
  let known = noUserLocks
  let socket: WebSocket | undefined
  let timer: unknown
  let attempt = 0
  // Counts connections, so that what belongs to one that was given up is not listened to.
  let generation = 0
  let closed = false

  const fail = (code: string, cause?: unknown): void =>
    options.onError?.(new WatchwordBrowserError(code, cause === undefined ? {} : { cause }))

  const take = (frame: UserFrame): void => {
    if (!mayBeCanonicalOf(frame.user, name)) return
    const { next, changes } = applyUserFrame(known, frame)
    known = next
    if (frame.type === 'state') attempt = 0
    for (const change of changes) {
      if (change.type === 'session-ended') {
        if (change.session === session) options.onSessionEnded(session)
      } else if (lockApplies(change.lock, session, device)) {
        if (change.type === 'unlocked') options.onUnlocked({ lock: change.lock, by: change.by })
        else if (change.raised) options.onRaised?.(change.lock)
        else options.onLocked(change.lock)
      }
    }
  }

  const reconnect = (hintMs = 0): void => {
    if (closed) return
    generation++
    socket = undefined
    if (timer !== undefined) runtime.clearTimeout(timer)
    timer = runtime.setTimeout(() => void connect(), hintMs + reconnectDelayMs(attempt++, runtime.random))
  }

  const connect = async (): Promise<void> => {
    timer = undefined
    const mine = ++generation
    const isMine = (): boolean => !closed && mine === generation
    let ticket: string
    try {
      ticket = await options.ticket()
    } catch (cause) {
      if (!isMine()) return
      fail('no-ticket', cause)
      reconnect()
      return
    }
    if (!isMine()) return
    let opened: WebSocket
    try {
      opened = new runtime.WebSocket(subscribeAddress(options.url), ['watchword.v1', `ticket.${ticket}`])
    } catch (cause) {
      // An address that is none, a ticket that no protocol can be, a page that may not connect there.
      fail('unreachable', cause)
      reconnect()
      return
    }
    socket = opened
    opened.addEventListener('open', () => {
      const topic = `watchword.security.mfa?originalIdentity=${encodeURIComponent(name)}`
      opened.send(JSON.stringify({ type: 'subscribe', topic }))
    })
    opened.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!isMine()) return
      const frame = typeof data === 'string' ? parseFrame(data) : undefined
      if (frame === undefined) {
        fail('invalid-frame')
        opened.close()
        reconnect()
      } else if (frame.type === 'error') fail(frame.code)
      else if (isUserFrame(frame)) take(frame)
    })
    opened.addEventListener('close', ({ code, reason }) => {
      if (!isMine()) return
      if (code === notAllowed) {
        close()
        fail('not-allowed')
      } else reconnect(restartHintMs(code, reason))
    })
  }

  const stopHints = runtime.hints.onReturn((awayMs) => {
    const isOpen = socket?.readyState === runtime.WebSocket.OPEN
    if (closed || (isOpen && awayMs < awayMaxMs)) return
    const stale = socket
    attempt = 0
    if (timer !== undefined) runtime.clearTimeout(timer)
    void connect()
    stale?.close()
  })

  const close = (): void => {
    closed = true
    stopHints()
    if (timer !== undefined) runtime.clearTimeout(timer)
    socket?.close()
  }

  void connect()
  return { locks: () => [...known.locks.values()].filter((lock) => lockApplies(lock, session, device)), close }
}

const subscribeAddress = (base: string): string => {
  const address = new URL(base)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/v1/subscribe`
  return address.href
}
