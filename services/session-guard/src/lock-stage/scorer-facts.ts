import type { ActivityRecord } from '@watchword/contracts'
import { isStanding, type LockEvent, type UserLocks } from '@watchword/session-lock'
import { verificationOutcomes } from './verification-outcome.ts'

type Fact = Exclude<ActivityRecord['body'], Readonly<{ type: 'activity' }>>

/** What the scorer is told of what one command led to: outcomes that it learns from, verdicts that count, and that it has to forget. */
export function scorerFacts(events: readonly LockEvent[], after: UserLocks): readonly Fact[] {
  const outcomes = verificationOutcomes(events, after).map((data): Fact => ({ type: 'verification', data }))
  return [...outcomes, ...events.flatMap((event) => factOf(event, after))]
}

function factOf(event: LockEvent, after: UserLocks): readonly Fact[] {
  if (event.type === 'VerdictRecorded') {
    if (!isStanding(after.verdicts, event.data)) return []
    const { note: _, ...data } = event.data
    return [{ type: 'verdict', data }]
  }
  if (event.type === 'ProfileReset') return [{ type: 'profile-reset', data: { operator: event.data.operator } }]
  return []
}
