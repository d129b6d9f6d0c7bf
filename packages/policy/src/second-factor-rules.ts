import type { SecondFactorRule } from '@watchword/admission'
import type { PolicyDocument } from './policy-schema.ts'

/** Who needs a second factor, as the rules of admission read it. */
export function secondFactorRulesOf({
  secondFactor,
}: Pick<PolicyDocument, 'secondFactor'>): readonly SecondFactorRule[] {
  return secondFactor.map(
    ({ user = null, group = null, app = null, require, owner = '', reason = '', expires = '' }) => {
      const subject = { user, group, app }
      return require
        ? { ...subject, require, expiresAt: null }
        : { ...subject, require, owner, reason, expiresAt: Date.parse(expires) }
    },
  )
}
