import type { Activity, ActivityNetwork } from './activity.ts'
import { positionOf } from './activity-context.ts'
import type { CompiledPolicy } from './compiled-policy.ts'
import { establishedFrom, findSighted } from './familiarity.ts'
import type { Profile, SessionStart, Sighted } from './profile.ts'
import { compareSession, noSessionChange } from './session-change.ts'
import type { SessionChange } from './session-change.ts'
import { findSession } from './session-table.ts'
import type { SignalContext } from './signal.ts'
import { judgeTravel } from './travel.ts'
import type { Travel } from './travel.ts'

const anonymisingTypes: ReadonlySet<string> = new Set(['hosting', 'vpn', 'tor', 'proxy', 'relay'])
const aitmCodes: ReadonlySet<string> = new Set(['phishing-proxy', 'aitm.hard', 'aitm.soft', 'token-replay'])
const noTravel: Travel = { verdict: 'possible', km: 0, kmh: 0, from: null }

/** Reads from the profile all that the signals share. */
export function createSignalContext(activity: Activity, profile: Profile, policy: CompiledPolicy): SignalContext {
  const session = findSession(profile.sessions, activity.app, activity.session)
  const sessionChange = session === null ? noSessionChange : compareSession(session, activity.agent, activity.network)
  const seen = countSightings(activity, profile, session)
  const settled = settledParts(activity, session, sessionChange)
  const travel = travelOf(activity, profile, seen.address, settled.address)
  const hotspot = isHotspot(activity, policy, seen, travel)
  return { activity, profile, policy, session, sessionChange, seen, settled, travel, hotspot }
}

function countSightings(activity: Activity, profile: Profile, session: SessionStart | null): SignalContext['seen'] {
  const { network } = activity
  const mayNotOmit = begins(activity, session) && profile.loginsLearned > 0
  const { loginsLearned, loginsWithDevice, loginsWithFingerprint } = profile
  return {
    device: countOf(profile.devices, activity.device, mayNotOmit && loginsWithDevice === loginsLearned),
    fingerprint: countOf(
      profile.fingerprints,
      activity.fingerprint,
      mayNotOmit && loginsWithFingerprint === loginsLearned,
    ),
    address: network?.kind === 'public' ? countOf(profile.addresses, network.address || null, false) : null,
    country: countOf(profile.countries, network?.country ?? null, false),
  }
}

/** The activity lets somebody in; what always came with a login may not be left out to look better. */
function begins(activity: Activity, session: SessionStart | null): boolean {
  return activity.type === 'login' || (activity.type === 'access' && activity.session !== null && session === null)
}

function countOf(table: readonly Sighted[], value: string | null, missed: boolean): number | null {
  if (value === null) return missed ? 0 : null
  return findSighted(table, value)?.count ?? 0
}

const unsettled: SignalContext['settled'] = { device: false, fingerprint: false, address: false, country: false }

function settledParts(
  activity: Activity,
  session: SessionStart | null,
  change: SessionChange,
): SignalContext['settled'] {
  if (session === null || !session.settled || change.agent === 'changed') return unsettled
  const { context } = session
  const { network } = activity
  return {
    device: activity.device !== null && activity.device === context.device,
    fingerprint: activity.fingerprint !== null && activity.fingerprint === context.fingerprint,
    address: network !== null && network.address !== '' && network.address === context.address,
    country: network !== null && network.country !== null && network.country === context.country,
  }
}

/** A learned address is skipped: that its owner moved it on the map is no journey of the user. */
function travelOf(activity: Activity, profile: Profile, addressSeen: number | null, addressSettled: boolean): Travel {
  const { network } = activity
  if (network === null || network.trusted !== null || addressSettled || (addressSeen ?? 0) > 0) return noTravel
  return judgeTravel(profile.places, positionOf(network), network.country, activity.time)
}

function isHotspot(activity: Activity, policy: CompiledPolicy, seen: SignalContext['seen'], travel: Travel): boolean {
  const { network, facts, deviceOwnedByOther } = activity
  if (network === null || !facts.ipShared || facts.deviceShared || deviceOwnedByOther) return false
  if ((seen.device ?? 0) < establishedFrom || (seen.fingerprint ?? 0) === 0) return false
  if (travel.verdict === 'domestic' || travel.verdict === 'cross-border') return false
  return isClean(network, policy) && !reportsAitm(activity)
}

function isClean(network: ActivityNetwork, policy: CompiledPolicy): boolean {
  if (network.reputation === 'bad') return false
  if (network.type !== null && anonymisingTypes.has(network.type)) return false
  return network.country === null || !policy.blockedCountries.has(network.country)
}

function reportsAitm(activity: Activity): boolean {
  if (activity.signal !== null && aitmCodes.has(activity.signal.code)) return true
  return activity.signals.some((code) => aitmCodes.has(code))
}
