import { problem } from '@watchword/service-kit'
import type { CommandBody } from '../commands/commands.ts'
import { totpAnswerOf } from '../factors/totp-answer.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { AskedApproval } from './asked-approval.ts'
import { nameOfApprover } from './approver.ts'
import { isNumber, matchingNumber } from './matching-number.ts'

type Answered = Extract<CommandBody, { type: 'approval-answered' }>['data']
type Proof = Pick<Answered, 'challenge' | 'challengeExpiresAt' | 'factor' | 'passed' | 'step' | 'numberMatched'>

/** What the code and the number of an answer prove; throws `stale-challenge` for a challenge of another action or approver. */
export function provenApproval(parts: GuardParts, { tenant, authorization, approver, body }: AskedApproval): Proof {
  const { texts, clock, view, policies, numberKey } = parts
  const claims = texts.readApprovalChallenge(body.challenge ?? '')
  const isForThis =
    claims !== undefined &&
    claims.tenant === tenant &&
    claims.authorization === authorization.id &&
    claims.parametersHash === authorization.parametersHash &&
    claims.approver === nameOfApprover(approver) &&
    claims.expiresAt > clock.now()
  if (!isForThis) throw problem('stale-challenge')
  if (body.code === undefined) throw missing('/code')

  // In the session that asked, the person looks at the number anyway.
  const needsNumber = approver.user !== authorization.owner || approver.session !== authorization.session
  if (needsNumber && body.number === undefined) throw missing('/number')
  const number = matchingNumber(numberKey, tenant, authorization.id)
  const numberMatched = !needsNumber || isNumber(body.number ?? '', number)

  const owner = { tenant, user: approver.user }
  const factors = (view.factorState(tenant, approver.user)?.factors ?? []).filter(
    ({ kind, status }) => kind === claims.factor && status === 'active',
  )
  const pastSteps = policies.inForce(tenant).source.verification.totpPastSteps
  const { factor, passed, step } = totpAnswerOf(parts, owner, factors, body.code, pastSteps)
  return {
    challenge: claims.id,
    challengeExpiresAt: claims.expiresAt,
    factor: factor.id,
    passed,
    step,
    numberMatched,
  }
}

function missing(pointer: string): Error {
  return problem('invalid', { errors: [{ pointer, detail: 'is needed' }] })
}
