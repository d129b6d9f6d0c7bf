import type { ActivityAgent, ActivityNetwork } from './activity.ts'
import type { Context, SessionStart } from './profile.ts'

/** Whether something differs from the session's start; `unknown`: it cannot be compared. */
export type Change = 'same' | 'changed' | 'unknown'

/** How an activity differs from the start of its session. */
export interface SessionChange {
  readonly agent: Change
  readonly network: Change
}

/** The answer for an activity that begins a session or has none. */
export const noSessionChange: SessionChange = { agent: 'same', network: 'same' }

/** Compares an activity with the start of its session. */
export function compareSession(
  start: SessionStart,
  agent: ActivityAgent | null,
  network: ActivityNetwork | null,
): SessionChange {
  return { agent: compareAgents(start.context.agent, agent), network: compareNetworks(start.context, network) }
}

function compareAgents(start: Context['agent'], now: ActivityAgent | null): Change {
  if (start === null || now === null) return 'unknown'
  if (start.hash !== '' && start.hash === now.hash) return 'same'
  if (start.browser !== now.browser || start.os !== now.os) return 'changed'
  // Two programs that nobody could name differ, but a new version of one program looks the same.
  return start.browser === null && start.os === null ? 'unknown' : 'same'
}

function compareNetworks(start: Context, now: ActivityNetwork | null): Change {
  if (now === null || start.prefix === null || now.prefix === '') return 'unknown'
  if (start.prefix === now.prefix) return 'same'
  if (start.asn === null || now.asn === null) return 'changed'
  return start.asn === now.asn ? 'same' : 'changed'
}
