import { accept, type Decider } from '@watchword/decider'
import { answerApproval, promptApprover } from './answer-approval.ts'
import { addFactor, removeFactor, resetFactors } from './change-factors.ts'
import type { LockCommand, LockRefusal } from './commands.ts'
import { consumeAuthorization } from './consume-authorization.ts'
import { endSession } from './end-session.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { deadlinePassed } from './expire-pass.ts'
import { SEEN_MAX } from './limits.ts'
import { operatorLock, operatorUnlock } from './operate.ts'
import { prune } from './prune.ts'
import { recordApproval } from './record-approval.ts'
import { requestAdmission } from './request-admission.ts'
import { requestAuthorization } from './request-authorization.ts'
import { requireVerification, withholdLock } from './require-verification.ts'
import { initialState, type UserLocks } from './state.ts'
import { submitVerification } from './submit-verification.ts'
import { useTicket } from './use-ticket.ts'

/** The locks of one user as a state machine; its events carry the log time, which never goes back. */
export const sessionLock: Decider<UserLocks, LockCommand, LockEvent, LockRefusal> = { initialState, decide, evolve }

/** Decides a command unless its id is among the remembered ones, in which case nothing happens again. */
export function decideOnce(command: LockCommand, state: UserLocks): LockDecision {
  return state.seen.includes(seenAs(command)) ? accept() : decide(command, state)
}

/**
 * Remembers the id of a command that was decided, whatever came of it; the last 64 are kept. A demand, which anybody who can write
 * to the inbox can make, pushes out other demands first: else a flood of them would let a copied command be obeyed again.
 */
export function remember(state: UserLocks, command: LockCommand): UserLocks {
  const name = seenAs(command)
  if (state.seen.includes(name)) return state
  const all = [...state.seen, name]
  if (all.length <= SEEN_MAX) return { ...state, seen: all }
  return { ...state, seen: all.toSpliced(Math.max(0, all.findIndex(isDemand)), 1) }
}

// Demands have names of their own: none can be given the id of a command that is still to come, to keep it from being obeyed.
function seenAs({ type, commandId }: LockCommand): string {
  return type === 'RequireVerification' || type === 'WithholdLock' ? `${demandPrefix}${commandId}` : commandId
}

const demandPrefix = '?'

function isDemand(name: string): boolean {
  return name.startsWith(demandPrefix)
}

function decide(command: LockCommand, state: UserLocks): LockDecision {
  const current = prune(state, command.at)
  return decideAt({ ...command, at: current.at }, current)
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function decideAt(command: LockCommand, state: UserLocks): LockDecision {
  switch (command.type) {
    case 'RequireVerification':
      return requireVerification(command, state)
    case 'WithholdLock':
      return withholdLock(command)
    case 'SubmitVerification':
      return submitVerification(command, state)
    case 'AddFactor':
      return addFactor(command, state)
    case 'RemoveFactor':
      return removeFactor(command, state)
    case 'ResetFactors':
      return resetFactors(command, state)
    case 'UseTicket':
      return useTicket(command, state)
    case 'OperatorLock':
      return operatorLock(command, state)
    case 'OperatorUnlock':
      return operatorUnlock(command, state)
    case 'EndSession':
      return endSession(command, state)
    case 'DeadlinePassed':
      return deadlinePassed(command, state)
    case 'RequestAdmission':
      return requestAdmission(command, state)
    case 'RequestAuthorization':
      return requestAuthorization(command, state)
    case 'PromptApprover':
      return promptApprover(command, state)
    case 'AnswerApproval':
      return answerApproval(command, state)
    case 'RecordApproval':
      return recordApproval(command, state)
    case 'ConsumeAuthorization':
      return consumeAuthorization(command, state)
  }
}
