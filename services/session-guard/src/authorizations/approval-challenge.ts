import { lockPolicyOf } from '@watchword/policy'
import { problem } from '@watchword/service-kit'
import type { Approver, Authorization, FactorKind } from '@watchword/session-lock'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime } from '../http/lock-json.ts'
import type { Reply } from '../http/reply.ts'
import { standingOf } from '../view/user-standing.ts'
import { nameOfApprover } from './approver.ts'
import { authorizationJson } from './authorization-json.ts'

/** Kinds that an approver can be asked for here, the strongest first. */
const askable = ['totp'] as const satisfies readonly FactorKind[]

type AskableFactor = (typeof askable)[number]

type Parts = Pick<GuardParts, 'view' | 'texts' | 'clock' | 'newId' | 'policies' | 'metrics'>

/** A challenge for this action, these parameters and this approver; nothing of it is stored. */
export function approvalChallenge(
  { view, texts, clock, newId, policies, metrics }: Parts,
  tenant: string,
  authorization: Authorization,
  approver: Approver,
  wanted: AskableFactor | undefined,
): Reply {
  const now = clock.now()
  const state = view.lockState(tenant, approver.user)
  const blockedUntil = state?.blockedUntil ?? null
  if (blockedUntil !== null && blockedUntil > now)
    throw problem('too-many-requests', { headers: { 'retry-after': String(Math.ceil((blockedUntil - now) / 1000)) } })
  const { app, parametersHash, factors } = authorization
  const { locked, sessionState } = standingOf(state, { app, ...approver }, now)
  if (locked || sessionState === 'ended') throw problem('locked')
  const factor = askable.find(
    (kind) =>
      (wanted === undefined || kind === wanted) &&
      factors.includes(kind) &&
      state?.factors.some((one) => one.kind === kind),
  )
  if (factor === undefined) throw problem('no-factor')
  const ttlMs = lockPolicyOf(policies.inForce(tenant).source).challengeTtlMs
  const expiresAt = Math.min(now + ttlMs, authorization.expiresAt)
  const challenge = texts.approvalChallenge({
    id: newId(),
    tenant,
    authorization: authorization.id,
    parametersHash,
    approver: nameOfApprover(approver),
    factor,
    expiresAt,
  })
  metrics.challengeAnswered(factor, 'issued')
  const shown = authorizationJson(authorization, now)
  return { status: 201, body: { challenge, factor, expiresAt: isoTime(expiresAt), authorization: shown } }
}
