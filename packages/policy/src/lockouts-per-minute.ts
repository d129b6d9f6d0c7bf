import type { PolicyDocument } from './policy-schema.ts'

/** Where the policy does not say. */
const usersPerMinuteDefault = 20

/** How many users of the tenant demands that nothing proves may lock in a minute: 0 to 1 000, 20 by default. */
export function lockoutsPerMinute({ lockouts }: Pick<PolicyDocument, 'lockouts'>): number {
  return lockouts?.usersPerMinute ?? usersPerMinuteDefault
}
