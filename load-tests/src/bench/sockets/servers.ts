import { type Child, startChild } from '../drive/child.ts'
import { createFleet, type Fleet } from './fleet.ts'

/** A server of subscriptions under measurement; the bare one asks for no key. */
export type Server = Child<Readonly<{ url: string; key?: string }>>

export const startGuardServer = (): Promise<Server> => startChild(new URL('./guard-server.ts', import.meta.url))
export const startBareServer = (): Promise<Server> => startChild(new URL('./bare-server.ts', import.meta.url))

/** Handshakes at the same time: more than a server does in a turn, less than its backlog. */
const width = 256

/** Subscribers with the key of the server, one for each of these names. */
export function fleetOf({ ready: { url, key } }: Server, users: readonly string[]): Fleet {
  const credentials = key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }
  return createFleet({ url, users, width, handshakeOf: async () => credentials })
}

export function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${index}`)
}
