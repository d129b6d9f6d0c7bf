import type { Relay } from '@watchword/session-lock'
import type { UnsignedCommand } from './command-mac.ts'

/** A command of one user's fold to another's as a record of the inbox, before it is signed. */
export function relayedCommand(relay: Relay, tenant: string, receivedAt: number): UnsignedCommand {
  const { user, commandId } = relay
  return { tenant, user, receivedAt, commandId, body: bodyOf(relay) }
}

function bodyOf(relay: Relay): UnsignedCommand['body'] {
  if (relay.type === 'PromptApprover') return { type: 'approval-prompted', data: relay.data }
  const { factorKind: factor, ...data } = relay.data
  return { type: 'approval-recorded', data: { ...data, factor } }
}
