import type { Activity, ActivityNetwork } from './activity.ts'
import type { Context, Position } from './profile.ts'
import { accuracyDefaultKm } from './travel.ts'

/** Networks whose coordinates are those of a gateway: compared, never learned as the place of the user. */
const gatewayTypes: ReadonlySet<string> = new Set(['vpn', 'tor', 'proxy', 'relay', 'hosting', 'mobile', 'satellite'])

/** The coordinates of a network, whoever it belongs to. */
export function positionOf(network: ActivityNetwork | null): Position | null {
  if (network === null || network.latitude === null || network.longitude === null) return null
  return {
    latitude: network.latitude,
    longitude: network.longitude,
    accuracyKm: network.accuracyKm ?? accuracyDefaultKm,
  }
}

/** The context of an activity as sessions and pending sightings keep it. */
export function contextOf(activity: Activity): Context {
  const { network, agent } = activity
  const gateway = network?.type !== null && network?.type !== undefined && gatewayTypes.has(network.type)
  return {
    app: activity.app,
    session: activity.session,
    device: activity.device,
    fingerprint: activity.fingerprint,
    address: presence(network?.address),
    learnable: network?.kind === 'public',
    prefix: presence(network?.prefix),
    asn: network?.asn ?? null,
    country: network?.country ?? null,
    position: gateway ? null : positionOf(network),
    agent: agent === null ? null : { browser: agent.browser, os: agent.os, hash: agent.hash },
  }
}

function presence(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}
