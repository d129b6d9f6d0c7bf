import type { Lock, MfaRecord } from '@watchword/contracts'
import { lockPolicyOf } from '@watchword/policy'
import { problem } from '@watchword/service-kit'
import type { Answer } from '../commands/commands.ts'
import type { GuardParts } from '../guard-parts.ts'
import { assessedContext } from './assessed-activities.ts'

type VerdictGiven = Extract<MfaRecord['body'], { type: 'verdict-given' }>

/** Who says what, and by which ticket if it is the user. */
export type Saying = Pick<VerdictGiven['data'], 'verdict' | 'by' | 'operator' | 'note' | 'ticket' | 'ticketExpiresAt'>

/** The command that records a verdict, and to whom it goes; throws `not-found` for an assessment that the tenant does not have. */
export async function verdictCommand(
  { assessed, policies }: Pick<GuardParts, 'assessed' | 'policies'>,
  tenant: string,
  assessment: string,
  saying: Saying,
): Promise<Readonly<{ user: string; body: VerdictGiven }>> {
  const found = await assessed.find(tenant, assessment)
  if (found === undefined) throw problem('not-found', { detail: 'The log holds no such assessment.' })
  const { user, receivedAt, activity } = found
  const data: VerdictGiven['data'] = {
    assessment,
    activity: activity.id,
    app: activity.app,
    session: activity.session,
    ...saying,
    time: receivedAt,
    assessed: assessedContext(activity),
    policy: lockPolicyOf(policies.inForce(tenant).source),
  }
  return { user, body: { type: 'verdict-given', data } }
}

/** The lock that a verdict of compromised led to, or found in force. */
export function verdictLock(
  { view }: Pick<GuardParts, 'view'>,
  tenant: string,
  user: string,
  { events }: Pick<Answer, 'events'>,
): Lock | undefined {
  for (const { type, data } of events) if (type === 'session-locked' || type === 'lock-extended') return data.lock
  return view.lockState(tenant, user)?.locks.find(({ scope }) => scope === 'user')
}
