import { lockPolicyOf } from '@watchword/policy'
import { problem } from '@watchword/service-kit'
import type { Approver, Authorization, FactorKind } from '@watchword/session-lock'
import type { GuardParts } from '../guard-parts.ts'
import { passkeysOf } from '../factors/webauthn/passkeys.ts'
import { rpIdOf } from '../factors/webauthn/relying-party.ts'
import { requestOptionsOf } from '../factors/webauthn/request-options.ts'
import { isoTime } from '../http/lock-json.ts'
import type { Reply } from '../http/reply.ts'
import { assertGuessable } from '../verification/assert-guessable.ts'
import { standingOf } from '../view/user-standing.ts'
import { nameOfApprover } from './approver.ts'
import { authorizationJson } from './authorization-json.ts'

/** Kinds that an approver can be asked for here, the strongest first. */
const askable = ['webauthn', 'totp'] as const satisfies readonly FactorKind[]

type AskableFactor = (typeof askable)[number]

type Parts = Pick<
  GuardParts,
  'access' | 'view' | 'texts' | 'clock' | 'newId' | 'policies' | 'metrics' | 'guessBudget' | 'sealer' | 'logger'
>

/** A challenge for this action, these parameters and this approver; nothing of it is stored. */
export function approvalChallenge(
  parts: Parts,
  tenant: string,
  authorization: Authorization,
  approver: Approver,
  wanted: AskableFactor | undefined,
): Reply {
  const { view, texts, clock, newId, policies, metrics, guessBudget } = parts
  const now = clock.now()
  const state = view.lockState(tenant, approver.user)
  const { app, parametersHash, factors } = authorization
  const { locked, sessionState } = standingOf(state, { app, ...approver }, now)
  if (locked || sessionState === 'ended') throw problem('locked')
  const factor = askable.find(
    (kind) =>
      (wanted === undefined || kind === wanted) &&
      factors.includes(kind) &&
      state?.factors.some((one) => one.kind === kind) &&
      (kind !== 'webauthn' || hasPasskey(parts, tenant, app, approver.user)),
  )
  if (factor === undefined) throw problem('no-factor')
  if (factor !== 'webauthn')
    assertGuessable(Math.max(state?.blockedUntil ?? 0, guessBudget.spentUntil(tenant) ?? 0), now)
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
  const subject = { tenant, app, user: approver.user }
  const options = factor === 'webauthn' ? { options: requestOptionsOf(parts, subject, challenge, expiresAt - now) } : {}
  return { status: 201, body: { challenge, factor, expiresAt: isoTime(expiresAt), authorization: shown, ...options } }
}

/** Whether one of the passkeys is for the domain of this app. */
function hasPasskey(parts: Parts, tenant: string, app: string, user: string): boolean {
  const rpId = rpIdOf(parts.access.appOf(tenant, app))
  return rpId !== undefined && passkeysOf(parts, { tenant, user }, rpId).length > 0
}
