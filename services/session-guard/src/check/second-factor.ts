import { requirementOf, type ResourceClass } from '@watchword/admission'
import { type PolicyVersion, resourceClassOf } from '@watchword/policy'
import { problem } from '@watchword/service-kit'
import { type Decided, type DecisionParts, decideConnection } from '../connections/decide-connection.ts'
import type { Standing } from '../view/user-standing.ts'
import type { CheckSubject } from './check-subject.ts'

type Policy = Pick<PolicyVersion, 'secondFactorRules' | 'source'>

/** What the address of a request is to the second factor; nobody has vouched for the address of a caller without a key. */
export function classOfRequest({ source }: Policy, { uri }: Pick<CheckSubject, 'uri'>): ResourceClass {
  return source.resources.length === 0 ? 'protected' : resourceClassOf(source, uri)
}

/** Whether the policy asks the subject for a second factor here, and no verification vouches: unreachable or not, that is not trusted. */
export function lacksSecondFactor(policy: Policy, subject: CheckSubject, standing: Standing, now: number): boolean {
  if (policy.secondFactorRules.length === 0 || standing.vouchedBy !== null) return false
  if (requirementOf(policy.secondFactorRules, subject, now).status !== 'required') return false
  return classOfRequest(policy, subject) !== 'exempt'
}

/** Refuses whoever must change the password, but where that is done. */
export function assertPasswordKept(policy: Policy, subject: CheckSubject): void {
  if (subject.passwordChange && classOfRequest(policy, subject) === 'protected')
    throw problem('not-admitted', { extensions: { because: 'password-change-required' } })
}

/** Asks the fold of the subject, which makes the lock that the person can answer. */
export function demandSecondFactor(parts: DecisionParts, subject: CheckSubject): Promise<Decided> {
  const { tenant, app, user, session = null, device = null, groups, uri } = subject
  const connection = { user, session, device, groups, resource: uri, reachable: true, client: 'interactive' } as const
  return decideConnection(parts, { tenant, app }, { ...connection, signIn: 'accepted' }, undefined)
}
