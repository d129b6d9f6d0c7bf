import { requirementOf, type ResourceClass } from '@watchword/admission'
import { canonicalUser, exactNames } from '@watchword/user-names'
import type { ReadyPolicy } from './compile-document.ts'
import type { PolicyTest } from './policy-schema.ts'
import { resourceClassOf } from './resource-class.ts'

/** What a policy asks of a connection. */
export type ConnectionOutcome = Readonly<{ secondFactor: 'required' | 'waived' | 'off'; resourceClass: ResourceClass }>

type ConnectionTest = Required<Pick<PolicyTest, 'name' | 'connection' | 'expect'>>

/** Runs a test of the policy that is about a connection. */
export function testConnection({ name, connection, expect }: ConnectionTest, policy: ReadyPolicy) {
  const { user, groups = null, app, resource, time } = connection
  const subject = { user: canonicalUser(user, exactNames) ?? '', groups, app, names: exactNames }
  const actual: ConnectionOutcome = {
    secondFactor: requirementOf(policy.secondFactorRules, subject, Date.parse(time)).status,
    resourceClass: resourceClassOf(policy.source, resource),
  }
  const differences = (['secondFactor', 'resourceClass'] as const).flatMap((field) => {
    const expected = expect[field]
    return expected === undefined || expected === actual[field]
      ? []
      : [`${field}: expected ${expected}, got ${actual[field]}`]
  })
  return { name, passed: differences.length === 0, differences, actual }
}
