import { isEnded } from './ended-sessions.ts'
import type { SessionEnded } from './events.ts'
import { COMPROMISED_MAX } from './limits.ts'
import type { Compromised, EndedBy, GivenVerdict, Lock, UserLocks } from './state.ts'

/** What the answer to a lock has to end, with one more; the same list where it has no room for it. */
export function withCompromised(compromised: readonly Compromised[], latest: Compromised): readonly Compromised[] {
  const others = compromised.filter(({ assessment }) => assessment !== latest.assessment)
  return others.length < COMPROMISED_MAX ? [...others, latest] : compromised
}

/** The locks without what an operator has taken back; the user's own word is not enough, for a mailbox is no second factor. */
export function withoutTakenBack(locks: readonly Lock[], { assessment, verdict, by }: GivenVerdict): readonly Lock[] {
  if (by !== 'operator' || verdict === 'confirmed-compromised') return locks
  return locks.map((lock) => ({
    ...lock,
    compromised: lock.compromised.filter((one) => one.assessment !== assessment),
  }))
}

/** The sessions of compromised activities end, each once, unless they have ended already. */
export function endedSessionsOf(
  compromised: readonly Compromised[],
  at: number,
  by: Exclude<EndedBy, 'request'>,
  state: UserLocks,
): readonly SessionEnded[] {
  const sessions = new Map<string, Readonly<{ app: string; session: string }>>()
  for (const { app, session } of compromised)
    if (session !== null && !isEnded(state, app, session))
      sessions.set(JSON.stringify([app, session]), { app, session })
  return [...sessions.values()].map(({ app, session }) => ({
    type: 'SessionEnded',
    at,
    data: { app, session, by, reason: 'confirmed-compromised' },
  }))
}
