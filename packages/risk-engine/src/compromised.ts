import { room } from './familiarity.ts'
import type { CompromisedContext, Context, Profile } from './profile.ts'
import { profileBounds } from './profile.ts'

/** Which parts of a compromised context come again; agreement on nothing is none. */
export interface CompromisedParts {
  readonly device: boolean
  readonly fingerprint: boolean
  readonly address: boolean
  readonly agent: boolean
}

/** The profile that remembers a context as somebody else's; the one remembered for longest makes room. */
export function withCompromised(profile: Profile, context: Context): Profile {
  const entry = partsOf(context)
  if (isBlank(entry)) return profile
  const previous = profile.compromised.find((other) => isSame(other, entry)) ?? null
  return { ...profile, compromised: [...room(profile.compromised, previous, profileBounds.compromised), entry] }
}

/** The profile without the parts of a context that the user has vouched for; what else came with them stays compromised. */
export function withoutCompromised(profile: Profile, context: Context): Profile {
  if (profile.compromised.length === 0) return profile
  const compromised = profile.compromised
    .map((entry) => without(entry, partsOf(context)))
    .filter((entry) => !isBlank(entry))
  return { ...profile, compromised }
}

/** What each remembered context has in common with this one. */
export function compromisedParts(profile: Profile, given: CompromisedContext): readonly CompromisedParts[] {
  return profile.compromised.map((entry) => ({
    device: entry.device !== null && entry.device === given.device,
    fingerprint: entry.fingerprint !== null && entry.fingerprint === given.fingerprint,
    address: entry.address !== null && entry.address === given.address,
    agent: entry.agent !== null && entry.agent === given.agent,
  }))
}

/** Whether a context holds a device, a fingerprint or an address of somebody else; a client program alone is everybody's. */
export function isCompromised(profile: Profile, context: Context): boolean {
  if (profile.compromised.length === 0) return false
  return compromisedParts(profile, partsOf(context)).some((parts) => parts.device || parts.fingerprint || parts.address)
}

function partsOf({ device, fingerprint, address, learnable, agent }: Context): CompromisedContext {
  return { device, fingerprint, address: learnable ? address : null, agent: agent?.hash ?? null }
}

function without(entry: CompromisedContext, vouched: CompromisedContext): CompromisedContext {
  return {
    device: entry.device === vouched.device ? null : entry.device,
    fingerprint: entry.fingerprint === vouched.fingerprint ? null : entry.fingerprint,
    address: entry.address === vouched.address ? null : entry.address,
    agent: entry.agent === vouched.agent ? null : entry.agent,
  }
}

function isBlank({ device, fingerprint, address, agent }: CompromisedContext): boolean {
  return device === null && fingerprint === null && address === null && agent === null
}

function isSame(first: CompromisedContext, second: CompromisedContext): boolean {
  return (
    first.device === second.device &&
    first.fingerprint === second.fingerprint &&
    first.address === second.address &&
    first.agent === second.agent
  )
}
