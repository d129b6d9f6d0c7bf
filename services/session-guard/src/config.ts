import type { AppTokenConfig } from './check/app-token-config.ts'

/** How session-guard works, of which an operator may set what is in `guardSettings`; every duration in milliseconds. */
export type SessionGuardConfig = Readonly<{
  /** `iss` of mfaTokens. */
  issuer: string
  /** Whose tokens say at `GET /v1/check` who a request is from; none. */
  appTokens: readonly AppTokenConfig[]
  /** Whether `X-Watchword-Groups` at `GET /v1/check` is a word of the proxy's; false: it is not looked at. */
  groupsFromProxy: boolean
  /** Signs the tickets of links in mails, 32 bytes in base64url; undefined: none is taken. */
  reportKey: string | undefined
  /** A view older than this answers "unknown"; 250. */
  viewAgeMaxMs: number
  /** A lock stage that is silent or behind for longer makes every answer "unknown"; 5 000. */
  stageSilenceMaxMs: number
  /** How long a durable lock needs to hold everywhere, the largest freshness bound of any replica; 1 000. */
  acknowledgeAfterMs: number
  /** How long an HTTP call waits for the fold's answer; 5 000. */
  answerWithinMs: number
  /** How many HTTP calls wait for the fold's answer at the same time; 10 000. */
  commandsWaitingMax: number
  /** How long a ticket may be used; 30 000. */
  ticketTtlMs: number
  /** How many wrong codes the users of one tenant may give in 15 minutes, all together; 1 000. */
  tenantGuessesMax: number
  /** How many answers are remembered by Idempotency-Key; 10 000. */
  rememberedAnswersMax: number
  webSocket: WebSocketConfig
}>

export type WebSocketConfig = Readonly<{
  /** Ping interval; a connection that misses a whole round is ended; 20 000. */
  pingEveryMs: number
  /** More waiting bytes than this, and only the newest state of a user is sent; 64 KiB. */
  coalesceAboveBytes: number
  /** More waiting bytes than this end the connection (4408); 1 MiB. */
  bufferedBytesMax: number
  /** Waiting bytes that do not go out for this long end the connection (4408); 10 000. */
  undrainedMaxMs: number
  /** How many connections one replica takes; 100 000. */
  connectionsMax: number
}>

/** The defaults, to be spread under what an operator sets. */
export const sessionGuardDefaults: SessionGuardConfig = {
  issuer: 'urn:watchword:session-guard',
  appTokens: [],
  groupsFromProxy: false,
  reportKey: undefined,
  viewAgeMaxMs: 250,
  stageSilenceMaxMs: 5_000,
  acknowledgeAfterMs: 1_000,
  answerWithinMs: 5_000,
  commandsWaitingMax: 10_000,
  ticketTtlMs: 30_000,
  tenantGuessesMax: 1_000,
  rememberedAnswersMax: 10_000,
  webSocket: {
    pingEveryMs: 20_000,
    coalesceAboveBytes: 65_536,
    bufferedBytesMax: 1_048_576,
    undrainedMaxMs: 10_000,
    connectionsMax: 100_000,
  },
}
