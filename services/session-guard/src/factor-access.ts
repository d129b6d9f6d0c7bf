import { problem } from '@watchword/service-kit'
import type { Admission, Presenter } from './callers.ts'
import { userOf } from './user-param.ts'

/** What opens the routes of factors. */
export const enrolAdmission: Admission = { scopes: ['enrol'], purposes: ['enrol'] }

/** Whose factors are meant; throws `not-found` for a browser that names another user than its backend did. */
export function userOfFactors(presenter: Presenter, given: string): string {
  const user = userOf(given, '/path/user')
  if (presenter.kind === 'browser' && presenter.claims.user !== user) throw problem('not-found')
  return user
}
