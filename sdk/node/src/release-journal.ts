import type { Activity } from './activity.ts'
import type { ActivityStore } from './activity-store.ts'
import { isVerified } from './checked-memory.ts'
import type { Status, StatusSource, Subject } from './status.ts'
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

/** A request that was refused because nobody could be asked. */
export type UnknownRefusal = Omit<Release, 'mode'> & { readonly mode: 'closed' }

/** What became of somebody's releases once there was contact: how many there were, and how the subject stands now. */
export type ReleaseReview = {
  readonly release: Release
  readonly count: number
  readonly standing: 'verified' | 'locked' | 'ended'
}

/** Unknown: the client was closed before there was contact. */
type Standing = ReleaseReview['standing'] | 'unknown'
type Entry = Release | UnknownRefusal
type Report = { readonly first: Entry; readonly last: Entry; readonly count: number }

/** Releases on their way to the audit: told at once to the app, and to the platform when contact is back. */
export type ReleaseJournal = {
  readonly record: (release: Release) => void
  /** Keeps an attempt that was refused because nobody could be asked, where there is a store; one `guard.refused` signal for each subject once there is contact. */
  readonly refused: (refusal: UnknownRefusal) => void
  /** Looks again at each subject and captures what is pending: one `guard.released` signal for each subject and mode, with the number of its releases. */
  readonly contact: (source: Pick<StatusSource, 'check' | 'awaitContact'>) => void
  /** Captures what is pending at once, without another look; resolves when nothing of it is left to keep. */
  readonly close: () => Promise<void>
}

/**
 * A journal of at most `reportsMax` subjects; what is beyond is told as `release-report-overflow`. With a store each subject's first release is
 * on the disk, so that whoever was let through before a crash is looked at, too, with a count of one at least.
 */
export const createReleaseJournal = (
  reportsMax: number,
  deps: {
    readonly capture: (activity: Activity) => Promise<unknown>
    readonly onRelease: ((release: Release) => void) | undefined
    readonly onReview: ((review: ReleaseReview) => void) | undefined
    readonly onError: ((error: WatchwordError) => void) | undefined
    readonly store?: ActivityStore | undefined
  },
): ReleaseJournal => {
  const { store } = deps
  const pending = new Map<string, Report>()
  let reviewing = false
  let keptSeq = 0
  for (const { seq, json } of store?.left ?? []) {
    const entry = JSON.parse(json) as Entry
    pending.set(journalKey(entry), { first: entry, last: entry, count: 1 })
    keptSeq = seq
  }

  const add = (key: string, report: Report): void => {
    const known = pending.get(key)
    // Whom nobody was asked about and who went through all the same matters more than who did not.
    const roomFor = report.last.mode === 'closed' ? Math.floor(reportsMax / 2) : reportsMax
    if (known === undefined && pending.size >= roomFor) {
      deps.onError?.(new WatchwordError('release-report-overflow', 'more releases than can be reported'))
      return
    }
    if (known === undefined && store !== undefined) keptSeq = store.append(JSON.stringify(report.last)).seq
    pending.set(key, known === undefined ? report : { ...known, last: report.last, count: known.count + report.count })
  }

  const send = async (key: string, report: Report, standing: Standing): Promise<void> => {
    try {
      await deps.capture(activityOf(report, standing))
    } catch (error) {
      // Contact may be gone again: the report waits for the next one, a refused one is told.
      if (error instanceof WatchwordError && error.retryable) add(key, report)
      else if (error instanceof WatchwordError) deps.onError?.(error)
      else throw error
    }
  }

  const take = (key: string): Report | undefined => {
    const report = pending.get(key)
    pending.delete(key)
    if (pending.size === 0 && report !== undefined) store?.settle(keptSeq)
    return report
  }

  /** One after the other: there may be many, and the platform has only begun to answer again. */
  const review = async (source: Pick<StatusSource, 'check' | 'awaitContact'>): Promise<void> => {
    // Those of now: a report that comes back waits for the next contact.
    const due = Array.from(pending, ([key, { last }]) => ({ key, last }))
    for (const { key, last } of due) {
      if (last.mode === 'closed') {
        const refusals = take(key)
        if (refusals !== undefined) void send(key, refusals, 'unknown')
        continue
      }
      const status = await source.check(last)
      // It may have been captured meanwhile, or have grown.
      const report = take(key)
      if (report === undefined) continue
      if (status === 'unknown') {
        // Contact is gone again; the others come before this one the next time.
        add(key, report)
        source.awaitContact(last)
        return
      }
      const standing = standingOf(status)
      void send(key, report, standing)
      deps.onReview?.({ release: { ...report.last, mode: last.mode }, count: report.count, standing })
    }
  }

  return {
    record: (release) => {
      add(journalKey(release), { first: release, last: release, count: 1 })
      deps.onRelease?.(release)
    },
    refused: (refusal) => {
      if (store !== undefined) add(journalKey(refusal), { first: refusal, last: refusal, count: 1 })
    },
    contact: (source) => {
      if (pending.size === 0 || reviewing) return
      reviewing = true
      void review(source).finally(() => {
        reviewing = false
      })
    },
    close: async () => {
      for (const key of pending.keys()) {
        const report = take(key)
        if (report !== undefined) void send(key, report, 'unknown')
      }
      await store?.close()
    },
  }
}

const journalKey = (entry: Entry): string => `${entry.mode}|${keyOf(entry)}`

const standingOf = (status: Status): ReleaseReview['standing'] => {
  if (isVerified(status)) return 'verified'
  return status.sessionState === 'ended' ? 'ended' : 'locked'
}

const activityOf = ({ first, last, count }: Report, standing: Standing): Activity => {
  const subject: Subject = first
  return {
    type: 'signal',
    user: subject.user,
    ...(subject.session === undefined ? {} : { session: subject.session }),
    ...(subject.device === undefined ? {} : { device: subject.device }),
    time: last.at,
    signal: {
      code: last.mode === 'closed' ? 'guard.refused' : 'guard.released',
      subject: subject.session === undefined ? 'user' : 'session',
      severity: standing === 'locked' || standing === 'ended' ? 'high' : 'low',
    },
    attributes:
      last.mode === 'closed'
        ? { refusals: count, firstAt: first.at, lastAt: last.at }
        : { mode: first.mode, releases: count, standing, firstAt: first.at, lastAt: last.at },
  }
}
