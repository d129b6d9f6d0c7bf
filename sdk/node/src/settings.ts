import { parseFailureModes, type FailureMode, type FailureRule } from './failure-modes.ts'
import { WatchwordError } from './watchword-error.ts'
import type { Release, ReleaseReview } from './release-journal.ts'

/** Every timing and bound of the SDK with its default; times in ms, sizes in bytes. */
export const defaultTunings = {
  /** One ingest request. */
  requestTimeoutMs: 10_000,
  /** One status check. */
  checkTimeoutMs: 1_000,
  /** How long a captured activity waits for company. */
  flushAfterMs: 5,
  batchItemsMax: 1_000,
  batchBytesMax: 1_048_576,
  activityBytesMax: 16_384,
  /** Activities held in memory, those in flight included. */
  queueItemsMax: 10_000,
  queueBytesMax: 33_554_432,
  retryMinMs: 100,
  retryMaxMs: 10_000,
  /** After this long without success an activity's promise rejects with the last error. */
  retryForMs: 600_000,
  closeDeadlineMs: 5_000,
  reconnectMinMs: 100,
  reconnectMaxMs: 10_000,
  handshakeTimeoutMs: 10_000,
  /** The server pings every 20 s; a subscription silent for longer than this is dead. */
  silenceMaxMs: 45_000,
  frameBytesMax: 4_194_304,
  replicaPingEveryMs: 250,
  /** How old a replica's knowledge may be before its answer is unknown. */
  replicaStalenessMaxMs: 1_000,
  /** A replica hears pongs four times a second, so silence means a dead path much sooner. */
  replicaSilenceMaxMs: 5_000,
  /** How often `authorize` looks whether an action was approved. */
  approvalPollMinMs: 250,
  approvalPollMaxMs: 2_000,
  verifiedMemoryMax: 100_000,
  /** Contexts of sessions that are remembered, about 150 bytes each: what is done in one of them may come later when there is too much. */
  contextMemoryMax: 50_000,
  releaseReportsMax: 10_000,
} as const

/** The names of `defaultTunings`, each a number. */
export type Tunings = { readonly [Name in keyof typeof defaultTunings]: number }

/** What `createWatchword` takes: where the platform is, the app's key, and what may differ from the defaults. */
export type WatchwordConfig = {
  /** Base address of the platform, `http:` or `https:`. */
  readonly url: string
  /** `ww_<keyId>_<secret>`; never logged, never part of an error. */
  readonly key: string
  /** What happens on a route when the status is unknown; the first matching path counts, no match is `closed`. */
  readonly failureModes?: readonly FailureMode[]
  /** Called for each request that was admitted without a fresh answer. */
  readonly onRelease?: (release: Release) => void
  /** Called for each subject that was so admitted, once there is contact again, with how it stands: who is locked now should lose what was begun. */
  readonly onReleaseReviewed?: (review: ReleaseReview) => void
  /** Called for failures that no promise reports; with it, rejected captures nobody awaits do not end the process. */
  readonly onError?: (error: WatchwordError) => void
  /**
   * A folder of this process alone, in which captured activities are kept until they are delivered, also by a later process. They are not
   * given up by time then. Readable by the user of the process only.
   */
  readonly queueFolder?: string
  readonly tunings?: Partial<Tunings>
}

/** A checked `WatchwordConfig` with every default filled in. */
export type Settings = {
  readonly url: URL
  readonly key: string
  readonly failureRules: readonly FailureRule[]
  readonly onRelease: ((release: Release) => void) | undefined
  readonly onReleaseReviewed: ((review: ReleaseReview) => void) | undefined
  readonly onError: ((error: WatchwordError) => void) | undefined
  readonly queueFolder: string | undefined
  readonly tunings: Tunings
}

/** Checks a configuration; throws one `invalid-config` that names all faults. */
export const parseSettings = (config: WatchwordConfig): Settings => {
  const faults: string[] = []
  const url = URL.canParse(config.url) ? new URL(config.url) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) faults.push('url must be an http(s) address')
  if (typeof config.key !== 'string' || !/^[\x21-\x7e]+$/.test(config.key)) faults.push('key must be visible ASCII')
  const tunings: Record<string, number> = { ...defaultTunings }
  for (const [name, value] of Object.entries(config.tunings ?? {})) {
    if (!(name in defaultTunings)) faults.push(`tunings.${name} is not known`)
    else if (!Number.isFinite(value) || value < 0) faults.push(`tunings.${name} must be a number of at least 0`)
    else tunings[name] = value
  }
  if (config.queueFolder === '') faults.push('queueFolder must be a path')
  const modes = parseFailureModes(config.failureModes ?? [])
  faults.push(...modes.faults)
  if (url === undefined || faults.length > 0) throw new WatchwordError('invalid-config', faults.join('; '))
  return {
    url,
    key: config.key,
    failureRules: modes.rules,
    onRelease: config.onRelease,
    onReleaseReviewed: config.onReleaseReviewed,
    onError: config.onError,
    queueFolder: config.queueFolder,
    tunings: tunings as Tunings,
  }
}
