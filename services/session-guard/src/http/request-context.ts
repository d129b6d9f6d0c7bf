import { agentHash, type Context } from '@watchword/contracts'
import { parseAddress } from '@watchword/policy'
import { type Static, Type } from 'typebox'

const fact = Type.String({ minLength: 1, maxLength: 1024 })

/** Where the person acts from, as the app's backend saw it. */
export const contextSchema = Type.Object(
  {
    ip: Type.Optional(Type.String({ minLength: 2, maxLength: 64 })),
    userAgent: Type.Optional(Type.String({ maxLength: 1024, description: 'Empty: the request named none' })),
    device: Type.Optional(fact),
    fingerprint: Type.Optional(fact),
  },
  { additionalProperties: false },
)

/** The context as the log keeps it: the network's prefix instead of the address, a hash instead of the agent; null without any fact. */
export function contextOf(given: Static<typeof contextSchema> | undefined): Context | null {
  if (given === undefined) return null
  const context: Context = {
    device: given.device ?? null,
    fingerprint: given.fingerprint ?? null,
    network: given.ip === undefined ? null : (parseAddress(given.ip)?.prefix ?? null),
    agent: given.userAgent === undefined ? null : agentHash(given.userAgent),
  }
  return Object.values(context).some((value) => value !== null) ? context : null
}
