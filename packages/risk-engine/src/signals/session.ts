import type { Signal } from '../assessment.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'
import { travelPoints } from './travel.ts'

const agentUnavailable = unavailable('session.agent-unavailable')
const networkUnavailable = unavailable('session.network-unavailable')

/**
 * What changed since the session began. A change of program alone is MEDIUM under `balanced` (55 points, not 45);
 * with a change of network, which a stolen cookie seldom avoids, it is HIGH. A phone that leaves its Wi-Fi changes only the network.
 */
export const sessionSignals: SignalFamily = { name: 'session', evaluate: evaluateSession }

function evaluateSession(context: SignalContext): readonly Signal[] {
  if (context.session === null) return nothing
  const agent = evaluateAgent(context)
  const network = evaluateNetworkChange(context)
  if (agent.length === 0) return network
  return network.length === 0 ? agent : [...agent, ...network]
}

function evaluateAgent(context: SignalContext): readonly Signal[] {
  const change = context.sessionChange.agent
  if (change === 'same') return nothing
  if (change === 'unknown') return agentUnavailable
  const start = context.session?.context.agent
  return evidence('session.agent-changed', pointsOf(context, 'session.agent-changed', 0), {
    startBrowser: start?.browser ?? null,
    startOs: start?.os ?? null,
    browser: context.activity.agent?.browser ?? null,
    os: context.activity.agent?.os ?? null,
  })
}

function evaluateNetworkChange(context: SignalContext): readonly Signal[] {
  const change = context.sessionChange.network
  if (change === 'same') return nothing
  if (change === 'unknown') return networkUnavailable
  // An impossible journey within a session is the same change of network, counted once.
  const points = Math.max(0, pointsOf(context, 'session.network-changed', 0) - travelPoints(context))
  return evidence('session.network-changed', points, {
    startAsn: context.session?.context.asn ?? null,
    asn: context.activity.network?.asn ?? null,
  })
}
