import type { Signal } from '../assessment.ts'
import { establishedFrom } from '../familiarity.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'

const noNetwork = unavailable('network.unavailable')
const hidingTypes: ReadonlySet<string> = new Set(['vpn', 'proxy', 'hosting'])

/** The reputation of the address and what kind of network it belongs to. Private relays are ordinary: many people use them. */
export const networkSignals: SignalFamily = { name: 'network', evaluate: evaluateNetwork }

function evaluateNetwork(context: SignalContext): readonly Signal[] {
  const { network } = context.activity
  if (network === null) return noNetwork
  if (network.type === null && network.reputation === null) return noNetwork
  if (network.trusted !== null) return nothing
  const seen = context.seen.address ?? 0
  const found: Signal[] = []
  if (network.reputation === 'bad') {
    const points = pointsOf(context, 'network.reputation', seen > 0 ? 1 : 0)
    found.push(...evidence('network.reputation', points, { ip: network.address, lists: network.lists.join(' ') }))
  }
  const tier = network.type === 'tor' ? 0 : 1
  if (network.type !== null && (tier === 0 || hidingTypes.has(network.type)) && seen < establishedFrom) {
    found.push(...evidence('network.type', pointsOf(context, 'network.type', tier), { type: network.type }))
  }
  return found
}
