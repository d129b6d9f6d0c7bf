import { createGate, type Gate } from '@watchword/service-kit'
import type { Access } from './access.ts'
import type { Caller, Scope } from './scopes.ts'

/** The gate of a route that keys open; any of the scopes is enough. */
export function keyGate(access: Pick<Access, 'authenticate'>, ...anyOf: readonly Scope[]): Gate<Caller> {
  const security = anyOf.map((scope) => ({ key: [scope] }))
  return createGate(security, ({ headers }) => access.authenticate(headers.authorization, ...anyOf))
}
