import type { Verification } from '@watchword/contracts'
import type { LockEvent, UserLocks } from '@watchword/session-lock'
import { activeFactors } from './lock-record.ts'

/** What the scorer learns of what one command led to. */
export function verificationOutcomes(events: readonly LockEvent[], after: UserLocks): readonly Verification[] {
  const head = { ...nothing, activeFactors: activeFactors(after).length }
  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  return events.flatMap((event): readonly Verification[] => {
    switch (event.type) {
      case 'VerificationPassed': {
        // A confirmed factor opens nothing; where it was confirmed is told with the factor.
        if (event.data.pass === null) return []
        const { app, session, lock, factorKind: factor, vouched, disowned, context } = event.data
        const reason = event.data.backupChanged ? 'backup-state-changed' : null
        return [{ ...head, kind: 'passed', app, session, lock, factor, vouched, disowned, context, reason }]
      }
      case 'VerificationFailed':
        return [{ ...head, kind: 'failed', lock: event.data.lock, reason: event.data.reason }]
      case 'FactorActivated':
        return [{ ...head, kind: 'factor-added', factor: event.data.kind, ...confirmedFrom(events) }]
      case 'FactorRemoved':
        return [{ ...head, kind: 'factor-removed', factor: event.data.kind }]
      case 'SessionEnded':
        return [{ ...head, kind: 'session-ended', app: event.data.app, session: event.data.session }]
      case 'SessionLocked':
      case 'LockExtended':
      case 'CauseCounted':
      case 'LockWithheld':
      case 'SessionUnlocked':
      case 'AttemptsSpent':
      case 'PassExpired':
      case 'PassVoided':
      case 'FactorAdded':
      case 'FactorsReset':
      case 'TicketUsed':
      case 'AdmissionDecided':
      case 'AuthorizationRequested':
      case 'ApproverPrompted':
      case 'PromptClosed':
      case 'ApprovalAnswered':
      case 'AuthorizationApproved':
      case 'ApproverUnreachable':
      case 'AuthorizationDenied':
      case 'AuthorizationConsumed':
        return []
    }
  })
}

const nothing = {
  app: null,
  session: null,
  lock: null,
  factor: null,
  vouched: [],
  disowned: [],
  context: null,
  reason: null,
} satisfies Omit<Verification, 'kind' | 'activeFactors'>

function confirmedFrom(events: readonly LockEvent[]): Partial<Pick<Verification, 'app' | 'session' | 'context'>> {
  const passed = events.find((event) => event.type === 'VerificationPassed')
  if (passed?.type !== 'VerificationPassed') return {}
  const { app, session, context } = passed.data
  return { app, session, context }
}
