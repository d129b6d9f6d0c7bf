import { createHash } from 'node:crypto'

/** Tenant and app ids, as the public interface defines them. */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

/** The key of everything that concerns one user: `tenant:user`, the user as NFC. */
export function userKey(tenant: string, user: string): string {
  return `${tenant}:${user.normalize('NFC')}`
}

/** Splits a `tenant:user` key; a tenant never holds a colon, a user may. */
export function splitUserKey(key: string): { tenant: string; user: string } {
  const colon = key.indexOf(':')
  return { tenant: key.slice(0, colon), user: key.slice(colon + 1) }
}

/** 22 characters of base64url SHA-256 (132 bits) over the parts, which cannot run into each other. */
export function shortHash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}
