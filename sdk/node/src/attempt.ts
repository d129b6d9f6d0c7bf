import type { Activity, Assessment } from './activity.ts'
import { isVerified } from './checked-memory.ts'
import type { Runtime } from './runtime.ts'
import type { Status, StatusSource, Subject } from './status.ts'
import { WatchwordError } from './watchword-error.ts'

/** What a request is about to do, and what the request tells of where it comes from. */
export type Attempt = Required<Pick<Activity, 'action'>> & Pick<Activity, 'ip' | 'userAgent' | 'headers'>

/** Reports an attempt and waits for its judgement: allowed, unknown, or how the subject stands now that it is not. */
export type JudgeAttempt = (subject: Subject, attempt: Attempt) => Promise<'allowed' | 'unknown' | Status>

// The judgement comes before the lock that it asks for has reached this process.
const lockWithinMs = 3_000
const askAgainMs = 20
const unlockedYet: Status = Object.freeze({ mfaVerified: false, locked: false, sessionState: 'unknown' })

/** Judges attempts over a source of answers; what cannot be judged goes to `onError` and is unknown. */
export const createJudgeAttempt = (deps: {
  readonly source: StatusSource
  readonly judge: (activity: Activity) => Promise<Assessment | null>
  readonly runtime: Pick<Runtime, 'monotonic' | 'setTimeout'>
  readonly onError: ((error: WatchwordError) => void) | undefined
}): JudgeAttempt => {
  const { source, judge, runtime, onError } = deps

  const assess = async (subject: Subject, attempt: Attempt): Promise<Assessment | null> => {
    const { user, session, device } = subject
    try {
      return await judge({
        type: 'access',
        outcome: 'attempted',
        user,
        ...(session === undefined ? {} : { session }),
        ...(device === undefined ? {} : { device }),
        ...attempt,
      })
    } catch (error) {
      if (!(error instanceof WatchwordError) || error.code === 'invalid-argument') throw error
      onError?.(error)
      return null
    }
  }

  const untilHeld = async (subject: Subject): Promise<Status> => {
    const deadline = runtime.monotonic() + lockWithinMs
    for (;;) {
      const status = await source.check(subject)
      if (status !== 'unknown' && !isVerified(status)) return status
      if (runtime.monotonic() >= deadline) return unlockedYet
      await new Promise<void>((resolve) => void runtime.setTimeout(resolve, askAgainMs))
    }
  }

  return async (subject, attempt) => {
    const assessment = await assess(subject, attempt)
    if (assessment === null) return 'unknown'
    return assessment.decision === 'step-up' || assessment.decision === 'deny' ? untilHeld(subject) : 'allowed'
  }
}
