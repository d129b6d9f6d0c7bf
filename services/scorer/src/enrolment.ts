import type { Verification } from '@watchword/contracts'
import type { Profile } from '@watchword/risk-engine'

/**
 * The activities that a confirmed enrolment vouches for: those that wait in the very session in which the person proved
 * the new factor, as far as their context is the one that proved it. Without a session it vouches for nothing.
 */
export function vouchedByEnrolment(profile: Profile, { app, session, context }: Verification): readonly string[] {
  if (session === null) return []
  return profile.pending
    .filter(({ context: waiting }) => {
      if (waiting.session !== session || waiting.app !== app) return false
      if (context === null) return true
      return (
        agrees(waiting.device, context.device) &&
        agrees(waiting.fingerprint, context.fingerprint) &&
        agrees(waiting.prefix, context.network) &&
        agrees(waiting.agent?.hash ?? null, context.agent)
      )
    })
    .flatMap(({ activities }) => activities)
}

function agrees(waiting: string | null, proved: string | null): boolean {
  return waiting === null || proved === null || waiting === proved
}
