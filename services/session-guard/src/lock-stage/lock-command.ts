import type { MfaRecord } from '@watchword/contracts'
import { factorKinds, type FactorKind, type LockCommand, type Position } from '@watchword/session-lock'

/** What the inbox says to one user. */
export type UserBody = Exclude<MfaRecord['body'], Readonly<{ type: 'lock-asked' }>>

/** A record of the inbox as a command of the decider; `at` is log time, epoch milliseconds. */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function lockCommandOf(
  record: Pick<MfaRecord, 'user' | 'commandId'> & Readonly<{ body: UserBody }>,
  position: Position,
  at: number,
): LockCommand {
  const { commandId, body } = record
  const head = { commandId, position, at }
  switch (body.type) {
    case 'mfa-required':
      return {
        ...head,
        type: 'RequireVerification',
        data: { ...body.data, factors: body.data.factors.filter(isFactorKind) },
      }
    case 'lock-withheld':
      return { ...head, type: 'WithholdLock', data: body.data.demand }
    case 'verification-attempted':
      return { ...head, type: 'SubmitVerification', data: body.data }
    case 'ticket-used':
      return { ...head, type: 'UseTicket', data: body.data }
    case 'factor-added':
      return { ...head, type: 'AddFactor', data: { ...body.data, kind: factorKindOf(body.data.kind) } }
    case 'factor-removed':
      return { ...head, type: 'RemoveFactor', data: body.data }
    case 'factors-reset':
      return { ...head, type: 'ResetFactors', data: body.data }
    case 'operator-lock':
      return { ...head, type: 'OperatorLock', data: body.data }
    case 'operator-unlock':
      return { ...head, type: 'OperatorUnlock', data: body.data }
    case 'session-end':
      return { ...head, type: 'EndSession', data: body.data }
    case 'deadline-passed':
      return { ...head, type: 'DeadlinePassed', data: body.data }
    case 'admission-requested':
      return { ...head, type: 'RequestAdmission', data: body.data }
    case 'authorization-requested': {
      const factors = body.data.factors.filter(isFactorKind)
      return { ...head, type: 'RequestAuthorization', data: { ...body.data, owner: record.user, factors } }
    }
    case 'approval-prompted':
      return { ...head, type: 'PromptApprover', data: body.data }
    case 'approval-answered':
      return { ...head, type: 'AnswerApproval', data: body.data }
    case 'approval-recorded': {
      const { factor, ...data } = body.data
      const factorKind = factor !== null && isFactorKind(factor) ? factor : null
      return { ...head, type: 'RecordApproval', data: { ...data, factorKind } }
    }
    case 'authorization-consumed':
      return { ...head, type: 'ConsumeAuthorization', data: body.data }
  }
}

function isFactorKind(kind: string): kind is FactorKind {
  return factorKinds.some((known) => known === kind)
}

function factorKindOf(kind: string): FactorKind {
  if (isFactorKind(kind)) return kind
  throw new TypeError('a factor of a kind that this build does not know')
}
