import { type Caller, userOf } from '@watchword/access'
import { shortHash } from '@watchword/contracts'
import { durationMs } from '@watchword/policy'
import { AUTHORIZATION_TTL_MAX_MS } from '@watchword/session-lock'
import { personOf } from '@watchword/user-names'
import type { Static } from 'typebox'
import type { CommandBody } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { requestSchema } from './authorization-schemas.ts'
import { parametersOf } from './parameters.ts'
import { invalid } from '../http/invalid.ts'

type Body = Extract<CommandBody, { type: 'authorization-requested' }>

/** What is asked of whom, checked; all but the id, which is the request's. */
export type AuthorizationRequest = Readonly<{ user: string; data: Omit<Body['data'], 'authorization'> }>

/** The id of the authorization that a request makes, the same for a repeated one. */
export function authorizationIdOf(tenant: string, commandId: string): string {
  return `z-${shortHash('authorization', tenant, commandId)}`
}

const ttlMsMin = 10_000

/** Reads a request; throws `malformed` and `invalid`. */
export function requestOf(
  { policies, access }: Pick<GuardParts, 'policies' | 'access'>,
  { tenant, app }: Caller,
  body: Static<typeof requestSchema.body>,
): AuthorizationRequest {
  const names = access.userNamesOf(tenant)
  const user = userOf(body.user, '/user', names)
  if (user === '*') throw invalid('/user', 'must be one user')
  const { approver, session, device = null, quorum = 1, action } = body
  const approvers = (body.approvers ?? []).map((one, index) => userOf(one, `/approvers/${index}`, names))
  if (approver === 'owner' && quorum > 1) throw invalid('/quorum', 'is 1 where the owner approves')
  if (approver === 'owner' && approvers.length > 0) throw invalid('/approvers', 'are for supervisors')
  if (new Set(approvers.map(personOf)).size < approvers.length)
    throw invalid('/approvers', 'must be different people, however their ids are written')
  if (approvers.length > 0 && approvers.length < quorum) throw invalid('/quorum', 'is more than there are approvers')

  const policy = policies.inForce(tenant).source.authorizations
  const ttlMs = durationMs(body.ttl ?? policy.ttl)
  if (ttlMs === undefined || ttlMs < ttlMsMin || ttlMs > AUTHORIZATION_TTL_MAX_MS)
    throw invalid('/ttl', 'must be an ISO 8601 duration between PT10S and PT10M')
  const { text, hash } = parametersOf(action.parameters ?? {}, '/action/parameters')
  const { type, resource } = action
  const what = { action: { type, resource }, parameters: text, parametersHash: hash }
  return {
    user,
    data: { app, session, device, ...what, approver, approvers, quorum, factors: policy.factors, ttlMs },
  }
}
