import { withoutTakenBack } from './compromised.ts'
import { withEnded } from './ended-sessions.ts'
import { evolveAuthorizations } from './evolve-authorizations.ts'
import { type LockEvent, pushed, type SessionEnded, type TakenChallenge, type VerificationPassed } from './events.ts'
import { withVerdict } from './given-verdicts.ts'
import { REMOVED_FACTOR_MS } from './limits.ts'
import { replaces } from './passes.ts'
import { prune } from './prune.ts'
import { challengeUse, removedFactorUse, ticketUse, withUsed } from './single-use.ts'
import { type Factor, type Lock, noAttempts, type UserLocks } from './state.ts'
import { withUsedStep } from './step.ts'

/** The state after an event. */
export function evolve(state: UserLocks, event: LockEvent): UserLocks {
  const next = apply(prune(state, event.at), event)
  return pushed[event.type] ? { ...next, seq: next.seq + 1 } : next
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function apply(state: UserLocks, event: LockEvent): UserLocks {
  switch (event.type) {
    case 'SessionLocked':
      return { ...state, locks: [...state.locks, event.data.lock] }
    case 'LockExtended':
      return withLock(state, event.data.lock.id, () => event.data.lock)
    case 'CauseCounted':
      return withLock(state, event.data.lock, (lock) => {
        const suspectSince = Math.min(lock.suspectSince, event.data.time)
        return { ...lock, moreCauses: lock.moreCauses + 1, suspectSince }
      })
    case 'LockWithheld':
      return state
    case 'SessionUnlocked':
      return { ...state, locks: state.locks.filter((lock) => lock.id !== event.data.lock) }
    case 'SessionEnded':
      return ended(state, event)
    case 'VerificationPassed':
      return passed(state, event)
    case 'VerificationFailed': {
      const failures = state.attempts.failures + 1
      const consecutiveFailures = state.attempts.consecutiveFailures + 1
      const attempts = { ...state.attempts, failures, consecutiveFailures, lastFailureAt: state.at }
      return { ...withTaken(state, event.data.taken), attempts }
    }
    case 'AttemptsSpent': {
      const { blockedUntil } = event.data
      const { blocks, consecutiveFailures } = state.attempts
      return { ...state, attempts: { ...noAttempts, consecutiveFailures, blockedUntil, blocks: blocks + 1 } }
    }
    case 'PassExpired':
    case 'PassVoided':
      return { ...state, passes: state.passes.filter((pass) => pass.id !== event.data.pass) }
    case 'FactorAdded':
      return { ...state, factors: [...state.factors, event.data.factor] }
    case 'FactorActivated': {
      const active = (factor: Factor): Factor => ({ ...factor, status: 'active', activatedAt: state.at })
      const activations = state.activations + 1
      return { ...withFactor(state, event.data.factor, active), activations, ticketOnly: false }
    }
    case 'FactorRemoved': {
      const used = withUsed(state.used, removedFactorUse(event.data.factor), state.at + REMOVED_FACTOR_MS)
      return { ...state, used, factors: state.factors.filter((factor) => factor.id !== event.data.factor) }
    }
    case 'FactorsReset':
      return { ...state, ticketOnly: true }
    case 'TicketUsed':
      return { ...state, used: withUsed(state.used, ticketUse(event.data), event.data.expiresAt) }
    case 'VerdictRecorded':
      return {
        ...state,
        verdicts: withVerdict(state.verdicts, event.data),
        locks: withoutTakenBack(state.locks, event.data),
      }
    case 'AdmissionDecided':
    case 'ProfileReset':
      return state
    case 'AuthorizationRequested':
    case 'ApproverPrompted':
    case 'PromptClosed':
    case 'ApprovalAnswered':
    case 'AuthorizationApproved':
    case 'ApproverUnreachable':
    case 'AuthorizationDenied':
    case 'AuthorizationConsumed':
      return evolveAuthorizations(state, event)
  }
}

function ended(state: UserLocks, { data }: SessionEnded): UserLocks {
  const { app, session, by } = data
  const isOther = (one: Readonly<{ app: string | null; session: string | null }>): boolean =>
    one.app !== app || one.session !== session
  return {
    ...state,
    locks: state.locks.filter(isOther),
    passes: state.passes.filter(isOther),
    endedSessions: withEnded(state.endedSessions, { app, session, at: state.at, by }),
  }
}

function passed(state: UserLocks, { data }: VerificationPassed): UserLocks {
  const { challenge, challengeExpiresAt, pass, step, backedUp } = data
  const taken =
    challenge === null || challengeExpiresAt === null ? null : { id: challenge, expiresAt: challengeExpiresAt }
  const used = withUsedStep(withTaken(state, taken), data.factor, step)
  const stepped = backedUp === null ? used : withFactor(used, data.factor, (factor) => ({ ...factor, backedUp }))
  if (pass === null) return stepped
  const others = stepped.passes.filter((older) => !replaces(pass, older))
  return { ...stepped, attempts: noAttempts, passes: [...others, pass] }
}

function withTaken(state: UserLocks, taken: TakenChallenge | null): UserLocks {
  return taken === null ? state : { ...state, used: withUsed(state.used, challengeUse(taken.id), taken.expiresAt) }
}

function withLock(state: UserLocks, id: string, change: (lock: Lock) => Lock): UserLocks {
  return { ...state, locks: state.locks.map((lock) => (lock.id === id ? change(lock) : lock)) }
}

function withFactor(state: UserLocks, id: string, change: (factor: Factor) => Factor): UserLocks {
  return { ...state, factors: state.factors.map((factor) => (factor.id === id ? change(factor) : factor)) }
}
