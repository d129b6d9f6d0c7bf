import type { Activity } from './activity.ts'
import type { LockDemand } from './assessment.ts'
import type { Grounds } from './grounds.ts'
import type { Policy } from './policy.ts'

/** What has to be locked over an activity: its session, else its device, else the user; `factors`: kinds to ask for, `null` for any. */
export function lockDemand(
  activity: Activity,
  policy: Policy,
  factors: readonly string[] | null,
  grounds: Grounds,
): LockDemand {
  const { session, device } = activity
  const { window, onExpiry, attempts, challengeTtl, totpPastSteps, userVerification } = policy.verification
  const verification = { window, onExpiry, attempts, challengeTtl, totpPastSteps, userVerification }
  if (session !== null) return { scope: 'session', subject: session, factors, verification, grounds }
  if (device !== null) return { scope: 'device', subject: device, factors, verification, grounds }
  return { scope: 'user', subject: null, factors, verification, grounds }
}
