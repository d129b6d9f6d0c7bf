import type { Context, FactorKind, LockCommand, LockGrounds, OnExpiry, UserLocks } from '../src/index.ts'
import {
  addTotp,
  DAY,
  deadline,
  endSession,
  HOUR,
  home,
  MINUTE,
  operatorLock,
  operatorUnlock,
  policy,
  removeFactor,
  requestAdmission,
  requireProof,
  resetFactors,
  submit,
  useTicket,
  withhold,
} from './lock-commands.ts'

type AuthorizationCommandType =
  | 'RequestAuthorization'
  | 'PromptApprover'
  | 'AnswerApproval'
  | 'RecordApproval'
  | 'ConsumeAuthorization'

/** What somebody tries next, right or wrong; which lock, factor or pass it means depends on the state it meets. */
export type Intent = Readonly<{
  type: Exclude<LockCommand['type'], AuthorizationCommandType> | 'redeliver'
  waitMs: number
  pick: number
  isRight: boolean
  isStale: boolean
  step: number
  context: Context | null
  scope: 'session' | 'device' | 'user'
  level: 'LOW' | 'MEDIUM' | 'HIGH'
  kind: FactorKind
  onExpiry: OnExpiry
  grounds: LockGrounds
}>

/** The command of an intent, aimed at what the state holds. */
export function toCommand(intent: Intent, state: UserLocks, at: number, offset: number): LockCommand {
  const head = { at, commandId: `c-${offset}`, position: { partition: 0, offset } }
  return { ...aimed(intent, state, at, offset), ...head }
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function aimed(intent: Intent, state: UserLocks, at: number, offset: number): LockCommand {
  const { pick, isRight, isStale } = intent
  const session = `s-${pick % 3}`
  const pass = state.passes[pick % Math.max(1, state.passes.length)]
  const factor = state.factors[pick % Math.max(1, state.factors.length)]
  switch (intent.type) {
    case 'redeliver':
    case 'RequireVerification':
      return requireProof(at, {
        session: intent.scope === 'session' ? session : null,
        device: intent.context?.device ?? null,
        scope: intent.scope,
        level: intent.level,
        context: intent.context ?? home,
        time: isStale ? at - MINUTE : at,
        policy: { ...policy, onExpiry: intent.onExpiry },
        grounds: intent.grounds,
      })
    case 'WithholdLock':
      return withhold(at, { scope: intent.scope, session, level: intent.level })
    case 'SubmitVerification':
      return aimedSubmit(intent, state, at, offset)
    case 'AddFactor':
      return addTotp(at, {
        factor: `f-${offset}`,
        kind: intent.kind,
        ticket: isRight,
        challenge: `registration-${isStale ? pick % 3 : offset}`,
        // A challenge has one expiry from the day it is made.
        challengeExpiresAt: 1000 * DAY,
        step: intent.step,
      })
    case 'RemoveFactor':
      return removeFactor(at, { factor: factor?.id ?? 'none', by: isRight ? 'user' : 'operator' })
    case 'ResetFactors':
      return resetFactors(at)
    case 'UseTicket':
      return aimedTicket(intent, at)
    case 'OperatorLock':
      return operatorLock(at, { app: 'bank', session: isRight ? session : null })
    case 'OperatorUnlock':
      return operatorUnlock(at)
    case 'EndSession':
      return endSession(at, session)
    case 'RequestAdmission':
      return requestAdmission(at, {
        session,
        device: intent.context?.device ?? null,
        client: isStale ? 'interactive' : 'always-on',
        requirement: isRight ? 'required' : 'waived',
        policy: { ...policy, onExpiry: intent.onExpiry },
      })
    case 'DeadlinePassed':
      return deadline(at, pass?.id ?? 'p-none', (pass?.until ?? at) + (isStale ? 1 : 0))
  }
}

function aimedSubmit(intent: Intent, state: UserLocks, at: number, offset: number): LockCommand {
  const { pick, isRight, isStale, step, context } = intent
  const pending = state.factors.find((factor) => factor.status === 'pending')
  const active = state.factors.filter((factor) => factor.status === 'active')
  const lock = state.locks[pick % Math.max(1, state.locks.length)]
  // A challenge has one expiry from the day it is made. Half of the answers use a challenge of their own, the others fight over a few.
  const challenge = pick % 2 === 0 ? `own-${offset}` : `shared-${pick % 5}`
  const answer = {
    passed: isRight,
    step,
    context,
    challenge,
    challengeExpiresAt: pick % 2 === 0 ? at + (pick % 7) : 1000 * DAY,
  }
  if (pending !== undefined && pick % 3 === 0)
    return submit(at, { ...answer, purpose: 'confirm', lock: null, lockVersion: null, factor: pending.id })
  return submit(at, {
    ...answer,
    lock: lock?.id ?? null,
    lockVersion: lock === undefined ? null : lock.version - (isStale ? 1 : 0),
    factor: active[pick % Math.max(1, active.length)]?.id ?? pending?.id ?? 'none',
  })
}

/** A ticket has one expiry from the day it is made: its name tells it. */
function aimedTicket({ pick, isStale }: Intent, at: number): LockCommand {
  const expiresAt = isStale ? at : (Math.floor(at / HOUR) + 1) * HOUR
  return useTicket(at, `t-${pick % 2}-${expiresAt}`, expiresAt)
}
