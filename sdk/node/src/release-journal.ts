import type { Activity } from './activity.ts'
import type { Subject } from './status.ts'
import { keyOf } from './verified-memory.ts'
import { WatchwordError } from './watchword-error.ts'

/** A request that was admitted without a fresh answer, and under which mode. */
export type Release = {
  readonly user: string
  readonly session?: string
  readonly device?: string
  /** The request's path, without its query. */
  readonly path: string
  readonly mode: 'open' | 'last-known'
  /** RFC 3339. */
  readonly at: string
}

type Report = { readonly first: Release; readonly last: Release; readonly count: number }

/** Releases on their way to the audit: told at once to the app, and to the platform when contact is back. */
export type ReleaseJournal = {
  readonly record: (release: Release) => void
  /** Captures what is pending, one `guard.released` signal for each subject and mode with the number of its releases. */
  readonly contact: () => void
}

/** A journal of at most `reportsMax` subjects; what is beyond is told as `release-report-overflow`. */
export const createReleaseJournal = (
  reportsMax: number,
  deps: {
    readonly capture: (activity: Activity) => Promise<unknown>
    readonly onRelease: ((release: Release) => void) | undefined
    readonly onError: ((error: WatchwordError) => void) | undefined
  },
): ReleaseJournal => {
  const pending = new Map<string, Report>()

  const add = (key: string, report: Report): void => {
    const known = pending.get(key)
    if (known === undefined && pending.size >= reportsMax) {
      deps.onError?.(new WatchwordError('release-report-overflow', 'more releases than can be reported'))
      return
    }
    pending.set(key, known === undefined ? report : { ...known, last: report.last, count: known.count + report.count })
  }

  const send = async (key: string, report: Report): Promise<void> => {
    try {
      await deps.capture(activityOf(report))
    } catch (error) {
      // Contact may be gone again: the report waits for the next one, a refused one is told.
      if (error instanceof WatchwordError && error.retryable) add(key, report)
      else if (error instanceof WatchwordError) deps.onError?.(error)
      else throw error
    }
  }

  return {
    record: (release) => {
      add(`${release.mode}|${keyOf(release)}`, { first: release, last: release, count: 1 })
      deps.onRelease?.(release)
    },
    contact: () => {
      if (pending.size === 0) return
      const reports = [...pending]
      pending.clear()
      for (const [key, report] of reports) void send(key, report)
    },
  }
}

const activityOf = ({ first, last, count }: Report): Activity => {
  const subject: Subject = first
  return {
    type: 'signal',
    user: subject.user,
    ...(subject.session === undefined ? {} : { session: subject.session }),
    ...(subject.device === undefined ? {} : { device: subject.device }),
    time: last.at,
    signal: {
      code: 'guard.released',
      subject: subject.session === undefined ? 'user' : 'session',
      severity: 'low',
    },
    attributes: { mode: first.mode, releases: count, firstAt: first.at, lastAt: last.at },
  }
}
