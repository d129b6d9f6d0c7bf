import type { Signal } from '../assessment.ts'
import { compromisedParts } from '../compromised.ts'
import type { CompromisedParts } from '../compromised.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf } from '../signal.ts'

/** Whether the activity comes from where another one came from that a verdict calls somebody else's. */
export const compromisedSignals: SignalFamily = { name: 'compromised', evaluate: evaluateCompromised }

function evaluateCompromised(context: SignalContext): readonly Signal[] {
  const { activity, profile } = context
  if (profile.compromised.length === 0) return nothing
  const { device, fingerprint, network, agent } = activity
  const address = network?.kind === 'public' && network.address !== '' ? network.address : null
  const found = compromisedParts(profile, { device, fingerprint, address, agent: agent?.hash ?? null })
  let worst: CompromisedParts | null = null
  for (const parts of found) {
    if (tierOf(parts) < tierOf(worst)) worst = parts
  }
  if (worst === null) return nothing
  return evidence('context.compromised', pointsOf(context, 'context.compromised', tierOf(worst)), { ...worst })
}

const noTier = 3

/** A device or a fingerprint is one person's, and so is a program at an address; an address may be shared, and a program is everybody's. */
function tierOf(parts: CompromisedParts | null): number {
  if (parts === null) return noTier
  if (parts.device || parts.fingerprint || (parts.address && parts.agent)) return 0
  if (parts.address) return 1
  return parts.agent ? 2 : noTier
}
