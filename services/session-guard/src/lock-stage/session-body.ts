import type { SessionRecord } from '@watchword/contracts'
import type { LockEvent, UserLocks } from '@watchword/session-lock'
import { authorizationBodyOf } from './authorization-body.ts'
import { activeFactors, lockRecordOf } from './lock-record.ts'

type VerificationFailed = Extract<LockEvent, { type: 'VerificationFailed' }>

export type SessionBody = SessionRecord['body']

/** What the log says of an event; null for one that is the stage's own book-keeping. `after` is the state with the event in it. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function sessionBodyOf(event: LockEvent, after: UserLocks, events: readonly LockEvent[]): SessionBody | null {
  switch (event.type) {
    case 'SessionLocked':
      return { type: 'session-locked', data: { lock: lockRecordOf(after, event.data.lock, event.at) } }
    case 'LockExtended':
      return { type: 'lock-extended', data: { lock: lockRecordOf(after, event.data.lock, event.at) } }
    case 'LockWithheld':
      return { type: 'lock-withheld', data: event.data }
    case 'SessionUnlocked':
      return { type: 'session-unlocked', data: event.data }
    case 'SessionEnded':
      return { type: 'session-ended', data: event.data }
    case 'VerificationPassed': {
      const { lock, version, challenge, factor, factorKind, verifiedUntil, app, session, ended, vouched, disowned } =
        event.data
      const { backupChanged } = event.data
      const data = {
        lock,
        version,
        challenge,
        factor,
        factorKind,
        verifiedUntil,
        app,
        session,
        ended,
        vouched,
        disowned,
        backupChanged,
      }
      return { type: 'verification-passed', data }
    }
    case 'VerificationFailed':
      return failed(event, events)
    case 'PassExpired':
      return { type: 'pass-ended', data: { ...event.data, reason: 'expired' } }
    case 'PassVoided':
      return { type: 'pass-ended', data: { ...event.data, reason: 'voided' } }
    case 'FactorAdded': {
      const { id, kind } = event.data.factor
      return factorChanged(id, kind, 'added', after)
    }
    case 'FactorActivated':
      return factorChanged(event.data.factor, event.data.kind, 'activated', after)
    case 'FactorRemoved':
      return factorChanged(event.data.factor, event.data.kind, 'removed', after, event.data.by)
    case 'FactorsReset':
      return { type: 'factors-reset', data: event.data }
    case 'TicketUsed':
      return { type: 'ticket-accepted', data: { ticket: event.data.ticket, purpose: event.data.purpose } }
    case 'AdmissionDecided':
      return { type: 'admission-decided', data: event.data }
    case 'AuthorizationRequested':
    case 'ApproverPrompted':
    case 'PromptClosed':
    case 'ApprovalAnswered':
    case 'AuthorizationApproved':
    case 'ApproverUnreachable':
    case 'AuthorizationDenied':
    case 'AuthorizationConsumed':
      return authorizationBodyOf(event)
    // Told with the failure that spent them.
    case 'AttemptsSpent':
    case 'CauseCounted':
      return null
  }
}

/** Whether the lock record of the user is written again with it; the edge waits for it then. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function showsInLockState(body: SessionBody): boolean {
  switch (body.type) {
    case 'session-locked':
    case 'lock-extended':
    case 'session-unlocked':
    case 'session-ended':
    case 'verification-passed':
    case 'verification-failed':
    case 'pass-ended':
    case 'factors-reset':
    case 'authorization-requested':
    case 'approval-requested':
    case 'approval-closed':
    case 'approval-answered':
    case 'authorization-approved':
    case 'authorization-denied':
    case 'authorization-consumed':
      return true
    case 'factor-changed':
      return body.data.change !== 'added'
    case 'admission-decided':
    case 'lock-withheld':
    case 'ticket-accepted':
    case 'command-accepted':
    case 'command-refused':
      return false
  }
}

function failed({ data }: VerificationFailed, events: readonly LockEvent[]): SessionBody {
  const { lock, factor, reason, attemptsLeft } = data
  const blockedUntil = blockedUntilOf(events)
  return { type: 'verification-failed', data: { lock, factor, reason, attemptsLeft, blockedUntil } }
}

function blockedUntilOf(events: readonly LockEvent[]): number | null {
  const spent = events.find((event) => event.type === 'AttemptsSpent')
  return spent?.type === 'AttemptsSpent' ? spent.data.blockedUntil : null
}

function factorChanged(
  factor: string,
  kind: string,
  change: 'added' | 'activated' | 'removed',
  after: UserLocks,
  by: 'user' | 'operator' | 'replaced' | null = null,
): SessionBody {
  return { type: 'factor-changed', data: { factor, kind, change, activeFactors: activeFactors(after).length, by } }
}
