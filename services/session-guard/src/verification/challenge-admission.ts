import type { Admission } from '../tickets/callers.ts'

/** What opens the routes of challenges. */
export const challengeAdmission: Admission = {
  scopes: ['subscribe', 'check'],
  purposes: ['subscribe', 'challenge'],
}
