import { isCompromised, withoutCompromised } from './compromised.ts'
import { findSighted, room, sighted, sightedOnceMore } from './familiarity.ts'
import type { Context, DisownedContext, Place, Profile, SightedDevice } from './profile.ts'
import { profileBounds } from './profile.ts'

/** Learns a context as one sighting; times are milliseconds since the epoch. */
export function learn(profile: Profile, context: Context, login: boolean, at: number): Profile {
  const { device, fingerprint, address, country, learnable } = context
  return {
    ...profile,
    devices: device === null ? profile.devices : sightedDevice(profile.devices, device, context, at),
    fingerprints:
      fingerprint === null
        ? profile.fingerprints
        : sighted(profile.fingerprints, fingerprint, at, profileBounds.fingerprints),
    addresses:
      address === null || !learnable
        ? profile.addresses
        : sighted(profile.addresses, address, at, profileBounds.addresses),
    countries: country === null ? profile.countries : sighted(profile.countries, country, at, profileBounds.countries),
    ...countLogin(profile, context, login, at),
  }
}

function sightedDevice(
  devices: readonly SightedDevice[],
  device: string,
  context: Context,
  at: number,
): readonly SightedDevice[] {
  const previous = findSighted(devices, device)
  const os = context.agent?.os ?? previous?.os ?? null
  return [...room(devices, previous, profileBounds.devices), { ...sightedOnceMore(previous, device, at), os }]
}

// A verified access trains a user, but says nothing of what this app sends with its logins.
function countLogin(profile: Profile, context: Context, login: boolean, at: number): Partial<Profile> {
  if (!login && profile.loginsLearned > 0) return {}
  return {
    loginsLearned: profile.loginsLearned + 1,
    loginsWithDevice: profile.loginsWithDevice + (context.device === null ? 0 : 1),
    loginsWithFingerprint: profile.loginsWithFingerprint + (context.fingerprint === null ? 0 : 1),
    lastLoginAt: Math.max(profile.lastLoginAt ?? 0, at),
  }
}

/** The last places with this context's one, if it says where the user is and is not older. */
export function placed(places: readonly Place[], context: Context, at: number): readonly Place[] {
  const { position, country } = context
  if (position === null || country === null) return places
  const device = context.device ?? ''
  const previous = places.find((place) => place.device === device) ?? null
  if (previous !== null && previous.at > at) return places
  return [...room(places, previous, profileBounds.places), { device, ...position, country, at }]
}

/** Remembers what was new in a disowned context. */
export function disown(profile: Profile, context: Context): Profile {
  const entry: DisownedContext = {
    device: unlearned(profile.devices, context.device),
    fingerprint: unlearned(profile.fingerprints, context.fingerprint),
    address: context.learnable ? unlearned(profile.addresses, context.address) : null,
  }
  if (entry.device === null && entry.fingerprint === null && entry.address === null) return profile
  const previous = profile.disowned.find((other) => sameDisowned(other, entry)) ?? null
  return { ...profile, disowned: [...room(profile.disowned, previous, profileBounds.disowned), entry] }
}

/** Whether a context holds anything that the user disowned, or that a verdict calls somebody else's. */
export function isDistrusted(profile: Profile, context: Context): boolean {
  return profile.disowned.some((entry) => overlaps(entry, context)) || isCompromised(profile, context)
}

/** Forgets that the parts of a context were disowned: the user has vouched for them. */
export function reclaim(profile: Profile, context: Context): Profile {
  const next = withoutCompromised(profile, context)
  if (!next.disowned.some((entry) => overlaps(entry, context))) return next
  return { ...next, disowned: next.disowned.filter((entry) => !overlaps(entry, context)) }
}

function unlearned(table: Profile['addresses'], value: string | null): string | null {
  return value === null || findSighted(table, value) !== null ? null : value
}

function overlaps(entry: DisownedContext, context: Context): boolean {
  return (
    (entry.device !== null && entry.device === context.device) ||
    (entry.fingerprint !== null && entry.fingerprint === context.fingerprint) ||
    (entry.address !== null && entry.address === context.address)
  )
}

function sameDisowned(first: DisownedContext, second: DisownedContext): boolean {
  return first.device === second.device && first.fingerprint === second.fingerprint && first.address === second.address
}
