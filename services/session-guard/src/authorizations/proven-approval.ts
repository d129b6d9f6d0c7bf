import { problem } from '@watchword/service-kit'
import type { CommandBody } from '../commands/commands.ts'
import type { FactorKind } from '@watchword/session-lock'
import type { GuardParts } from '../guard-parts.ts'
import { assertGuessable } from '../verification/assert-guessable.ts'
import { factorAnswerOf } from '../verification/factor-answer.ts'
import { givenFor } from '../verification/given-answer.ts'
import type { AskedApproval } from './asked-approval.ts'
import { nameOfApprover } from './approver.ts'
import { isNumber, matchingNumber } from './matching-number.ts'
import { invalid } from '../http/invalid.ts'

type Answered = Extract<CommandBody, { type: 'approval-answered' }>['data']
type Proof = Pick<
  Answered,
  'challenge' | 'challengeExpiresAt' | 'factor' | 'passed' | 'fault' | 'step' | 'numberMatched'
>

/** What the factor and the number of an answer prove; throws `stale-challenge` for a challenge of another action or approver. */
export async function provenApproval(
  parts: GuardParts,
  { tenant, authorization, approver, body }: AskedApproval,
): Promise<Readonly<{ kind: FactorKind; proof: Proof }>> {
  const { texts, clock, guessBudget, numberKey } = parts
  const claims = texts.readApprovalChallenge(body.challenge ?? '')
  const isForThis =
    claims !== undefined &&
    claims.tenant === tenant &&
    claims.authorization === authorization.id &&
    claims.parametersHash === authorization.parametersHash &&
    claims.approver === nameOfApprover(approver) &&
    claims.expiresAt > clock.now()
  if (!isForThis) throw problem('stale-challenge')
  const given = givenFor(claims.factor, body.code, body.assertion)
  if (given.factor !== 'webauthn') assertGuessable(guessBudget.spentUntil(tenant), clock.now())

  // In the session that asked, the person looks at the number anyway.
  const needsNumber = approver.user !== authorization.owner || approver.session !== authorization.session
  if (needsNumber && body.number === undefined) throw invalid('/number', 'is needed')
  const number = matchingNumber(numberKey, tenant, authorization.id)
  const numberMatched = !needsNumber || isNumber(body.number ?? '', number)

  const subject = { tenant, app: authorization.app, user: approver.user }
  const answering = { challenge: body.challenge ?? '', given, lock: undefined }
  const { factor, passed, step, fault } = await factorAnswerOf(parts, subject, answering)
  const taken = { challenge: claims.id, challengeExpiresAt: claims.expiresAt }
  return { kind: claims.factor, proof: { ...taken, factor: factor.id, passed, fault, step, numberMatched } }
}
