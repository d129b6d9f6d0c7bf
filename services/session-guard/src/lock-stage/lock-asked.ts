import type { MfaRecord } from '@watchword/contracts'
import { userKey } from '@watchword/contracts'
import { askForLock, type LockBudget, noLocksGranted } from '@watchword/session-lock'
import type { Folded, StageContext } from '@watchword/stream'
import { signCommand } from './command-mac.ts'

type Asked = Extract<MfaRecord['body'], Readonly<{ type: 'lock-asked' }>>['data']

/** What became of a demand that would lock a whole user and that nothing proves. */
export type LockAnswer = 'granted' | 'withheld'

/** A demand that a tenant was asked about: passed on to its user as it is, or as one that is withheld. */
export function foldLockAsked(
  budget: LockBudget = noLocksGranted,
  { tenant, commandId }: Pick<MfaRecord, 'tenant' | 'commandId'>,
  { user, usersPerMinute, demand }: Asked,
  { time }: StageContext,
  deps: Readonly<{ commandKey: Uint8Array; onLockAsked: (tenant: string, answer: LockAnswer) => void }>,
): Folded<LockBudget, { relay: MfaRecord }> {
  const asked = askForLock(budget, { user, usersPerMinute, at: time })
  deps.onLockAsked(tenant, asked.isGranted ? 'granted' : 'withheld')
  const head = { tenant, user, receivedAt: time, commandId }
  // A demand carries no MAC, whoever passes it on; that one is withheld is for this stage to say.
  const value = asked.isGranted
    ? { ...head, mac: null, body: { type: 'mfa-required', data: demand } as const }
    : signCommand(deps.commandKey, { ...head, body: { type: 'lock-withheld', data: { demand } } })
  return { state: asked.budget, outputs: [{ output: 'relay', key: userKey(tenant, user), value }] }
}
