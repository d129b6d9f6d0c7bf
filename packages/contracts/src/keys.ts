import { hash } from 'node:crypto'

/** Tenant and app ids, as the public interface defines them. */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

/** The key of everything that concerns one user: `tenant:user`, the user as NFC. */
export function userKey(tenant: string, user: string): string {
  return `${tenant}:${user.normalize('NFC')}`
}

/** In the place of the user where a record concerns a whole tenant; no user has an empty id. */
export const wholeTenant = ''

/** Splits a `tenant:user` key; a tenant never holds a colon, a user may. */
export function splitUserKey(key: string): { tenant: string; user: string } {
  const colon = key.indexOf(':')
  return { tenant: key.slice(0, colon), user: key.slice(colon + 1) }
}

/** 22 characters of base64url SHA-256 (132 bits) over the parts, which cannot run into each other. */
export function shortHash(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22)
}

/** How a user agent is named in contexts, the same in every service: exact, and never in clear. */
export function agentHash(userAgent: string): string {
  const known = agentHashes.get(userAgent)
  if (known !== undefined) return known
  const made = shortHash('agent', userAgent)
  if (agentHashes.size >= agentHashesMax) agentHashes.clear()
  agentHashes.set(userAgent, made)
  return made
}

/** Thousands of users share a user agent. */
const agentHashes = new Map<string, string>()
const agentHashesMax = 2_000

/** How a device, fingerprint or address is named in sightings and entities. */
export function entityHash(tenant: string, kind: string, value: string): string {
  return shortHash(tenant, kind, value)
}

/** The key of sightings and entities; `value` is a hash already. */
export function entityKey({ tenant, kind, value }: Readonly<{ tenant: string; kind: string; value: string }>): string {
  return `${tenant}:${kind}:${value}`
}

/** How an owner is named in sightings and entities. */
export function ownerHash(tenant: string, user: string): string {
  return shortHash(tenant, user)
}
