import type { SecondFactorRule } from '@watchword/admission'
import { canonicalUser, exactNames } from '@watchword/user-names'
import type { PolicyDocument } from './policy-schema.ts'

/** Who needs a second factor, as the rules of admission read it. */
export function secondFactorRulesOf({
  secondFactor,
}: Pick<PolicyDocument, 'secondFactor'>): readonly SecondFactorRule[] {
  return secondFactor.map(({ user, group = null, app = null, require, owner = '', reason = '', expires = '' }) => {
    const subject = { user: user === undefined ? null : (canonicalUser(user, exactNames) ?? user), group, app }
    return require
      ? { ...subject, require, expiresAt: null }
      : { ...subject, require, owner, reason, expiresAt: Date.parse(expires) }
  })
}
