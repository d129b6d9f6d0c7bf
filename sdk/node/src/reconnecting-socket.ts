import { type Frame, parseFrame } from '@watchword/frames'
import type { WebSocket } from 'ws'
import { fullJitterMs } from './retry-delay.ts'
import type { Runtime } from './runtime.ts'
import type { Tunings } from './settings.ts'
import { WatchwordError } from './watchword-error.ts'

/** What the owner of a subscription wants to hear. */
export type SocketHooks = {
  readonly onOpen?: () => void
  readonly onFrame: (frame: Frame) => void
  readonly onLost: () => void
  /** The platform refused for good; there will be no further attempt. */
  readonly onRefused: (error: WatchwordError) => void
  readonly onError: (error: WatchwordError) => void
}

/** A subscription's connection: made again for ever, until it is closed or refused. */
export type ReconnectingSocket = {
  /** Sends a frame if connected; false if not. */
  readonly send: (frame: object) => boolean
  /** Says that this connection was of use: the next loss starts with the shortest delay again. */
  readonly settled: () => void
  /** Gives the present connection up and makes a new one. */
  readonly restart: () => void
  readonly close: () => void
}

/** Keeps a connection to `GET /v1/subscribe` with one topic alive. */
export const createReconnectingSocket = (
  config: {
    readonly url: URL
    readonly key: string
    readonly topic: string
    readonly silenceMaxMs: number
    readonly tunings: Tunings
  },
  runtime: Runtime,
  hooks: SocketHooks,
): ReconnectingSocket => {
  const { tunings } = config
  let socket: WebSocket | undefined
  let timer: unknown
  let attempt = 0
  let ended = false

  const connect = (): void => {
    let heardAt = runtime.monotonic()
    let silenceTimer: unknown
    let refusedWith: { readonly status: number } | undefined
    const hear = (): void => {
      heardAt = runtime.monotonic()
    }
    const mine = new runtime.WebSocket(subscribeAddress(config.url), ['watchword.v1'], {
      headers: { authorization: `Bearer ${config.key}` },
      perMessageDeflate: false,
      handshakeTimeout: tunings.handshakeTimeoutMs,
      maxPayload: tunings.frameBytesMax,
    })
    socket = mine
    const watchSilence = (): void => {
      const leftMs = heardAt + config.silenceMaxMs - runtime.monotonic()
      if (leftMs <= 0) mine.terminate()
      else silenceTimer = runtime.setTimeout(watchSilence, leftMs)
    }
    mine.on('open', () => {
      hear()
      watchSilence()
      mine.send(JSON.stringify({ type: 'subscribe', topic: config.topic }))
      hooks.onOpen?.()
    })
    mine.on('ping', hear)
    mine.on('message', (data, isBinary) => {
      if (socket !== mine || ended) return
      hear()
      const frame = isBinary || !Buffer.isBuffer(data) ? undefined : parseFrame(data.toString('utf8'))
      if (frame !== undefined) return hooks.onFrame(frame)
      // What cannot be read may have been a lock: a new connection brings the whole state.
      hooks.onError(new WatchwordError('invalid-frame', 'the guard sent a frame that cannot be read'))
      mine.terminate()
    })
    mine.on('unexpected-response', (_request, response) => {
      refusedWith = { status: response.statusCode ?? 0 }
      mine.terminate()
    })
    mine.on('error', (cause) => {
      // The close event follows with the consequence; an error of a connection that was given up tells nothing.
      if (!ended && socket === mine && refusedWith === undefined) {
        hooks.onError(
          new WatchwordError('unreachable', 'the subscription lost its connection', { cause, retryable: true }),
        )
      }
    })
    mine.on('close', (code, reason) => {
      if (silenceTimer !== undefined) runtime.clearTimeout(silenceTimer)
      if (socket !== mine) return
      socket = undefined
      if (ended) {
        if (timer !== undefined) runtime.clearTimeout(timer)
        return
      }
      hooks.onLost()
      const status = refusedWith?.status
      if (code === 4401 || code === 4403 || status === 401 || status === 403) {
        ended = true
        hooks.onRefused(
          new WatchwordError('subscription-refused', `the guard refused the subscription (${status ?? code})`, {
            status,
          }),
        )
        return
      }
      timer = runtime.setTimeout(connect, reconnectDelayMs(code, reason.toString()))
    })
  }

  const reconnectDelayMs = (code: number, reason: string): number => {
    const bounds = { minMs: tunings.reconnectMinMs, maxMs: tunings.reconnectMaxMs }
    const jitterMs = fullJitterMs(attempt++, bounds, runtime.random)
    // 1012: the guard restarts and spreads its clients itself, by a number of ms in the reason.
    const hint = code === 1012 ? /\d{1,6}/.exec(reason)?.[0] : undefined
    return hint === undefined ? jitterMs : Math.min(Number(hint), tunings.reconnectMaxMs) + jitterMs
  }

  connect()
  return {
    send: (frame) => {
      if (socket === undefined || socket.readyState !== socket.OPEN) return false
      socket.send(JSON.stringify(frame))
      return true
    },
    settled: () => {
      attempt = 0
    },
    restart: () => socket?.terminate(),
    close: () => {
      ended = true
      if (timer !== undefined) runtime.clearTimeout(timer)
      const last = socket
      if (last === undefined) return
      if (last.readyState === last.CONNECTING) return last.terminate()
      // A peer that is gone never answers the closing handshake and must not keep the process alive.
      timer = runtime.setTimeout(() => last.terminate(), closingMaxMs)
      last.close(1000)
    },
  }
}

const closingMaxMs = 1_000

const subscribeAddress = (base: URL): URL => {
  const address = new URL(base)
  address.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:'
  address.pathname = `${base.pathname.replace(/\/+$/, '')}/v1/subscribe`
  address.search = ''
  address.hash = ''
  return address
}

/** The topic of one user, or of the whole app with `*`. */
export const securityTopic = (user: string): string =>
  `watchword.security.mfa?originalIdentity=${user === '*' ? '*' : encodeURIComponent(user)}`
