import type { Signal } from '../assessment.ts'
import { familiarityOf, findSighted } from '../familiarity.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'

const noDevice = unavailable('device.unavailable')

/** How well the device is known, whether others use it, and whether its id arrives from another operating system. */
export const deviceSignals: SignalFamily = { name: 'device', evaluate: evaluateDevice }

function evaluateDevice(context: SignalContext): readonly Signal[] {
  const seen = context.seen.device
  if (seen === null) return noDevice
  if (context.settled.device) return nothing
  const familiarity = familiarityOf(seen)
  const facts = { seen, given: context.activity.device !== null }
  if (familiarity === 'unknown') {
    return [...evidence('device.unknown', pointsOf(context, 'device.unknown', 0), facts), ...shared(context, 1)]
  }
  if (familiarity === 'known') {
    const known = evidence('device.known', pointsOf(context, 'device.known', 0), facts)
    return [...known, ...shared(context, 0), ...mismatch(context)]
  }
  return [...shared(context, 1), ...mismatch(context)]
}

function shared(context: SignalContext, tier: number): readonly Signal[] {
  const { facts, deviceOwnedByOther } = context.activity
  // Whose device it is says all that its being shared would.
  if (deviceOwnedByOther)
    return evidence('device.owned-by-other', pointsOf(context, 'device.owned-by-other', tier), { owner: 'other' })
  if (!facts.deviceShared) return nothing
  return evidence('device.shared', pointsOf(context, 'device.shared', tier), { shared: true })
}

function mismatch(context: SignalContext): readonly Signal[] {
  const { device, agent } = context.activity
  // The change of program within a session says the same thing, and more of it.
  if (device === null || agent === null || context.sessionChange.agent === 'changed') return nothing
  const learned = findSighted(context.profile.devices, device)?.os ?? null
  if (learned === null || agent.os === null || agent.os === learned) return nothing
  return evidence('device.mismatch', pointsOf(context, 'device.mismatch', 0), { learned, os: agent.os })
}
