import { type ApiOutcome, ofUser } from '../campaign/api-client.ts'
import { change } from './change.ts'
import { wholeUser } from './ledger.ts'
import { isExpected, type LoadDeps } from './load.ts'

/** The sessions that are locked of each user. */
export const operatedSessions: readonly string[] = ['s-1', 's-2', 's-3']

/** Locks, unlocks and ends what the given users have, one call after the other. */
export function createOperatorLoad(deps: LoadDeps, users: readonly string[]): () => Promise<void> {
  const { random } = deps
  return async () => {
    while (!deps.stopping()) {
      const user = random.pick(users)
      const die = random.next()
      if (die < 0.35) await lockByOperator(deps, user, random.pick(operatedSessions))
      else if (die < 0.5) await lockByOperator(deps, user, wholeUser)
      else if (die < 0.85) await unlockAll(deps, user)
      else await endSession(deps, user, `s-ended-${deps.nextNumber()}`)
      await deps.rest()
    }
  }
}

/** Locks a session, or the user; answers the id of the lock when it was acknowledged. */
export async function lockByOperator(deps: LoadDeps, user: string, session: string): Promise<string | undefined> {
  const body = { reason: 'campaign', ...(session === wholeUser ? {} : { session }) }
  const invokedAt = performance.now()
  const outcome = await change(deps, { method: 'POST', path: ofUser(user, 'lock'), body })
  const told = toldBy(deps, 'lock', outcome)
  if (told === 'refused') return undefined
  const lock = bodyOf(outcome)['lock'] as { id: string } | undefined
  if (told === 'acknowledged') {
    deps.verdicts.expect('an acknowledged lock is named', lock !== undefined, () => `${session} of ${user}`)
    deps.recorder?.lock({
      user,
      session: session === wholeUser ? null : session,
      by: 'operator',
      invokedAt,
      acknowledgedAt: performance.now(),
    })
  }
  deps.ledger.locked(user, session, told, lock?.id)
  return lock?.id
}

async function unlockAll(deps: LoadDeps, user: string): Promise<void> {
  deps.opening()
  const invokedAt = performance.now()
  const outcome = await change(deps, { method: 'POST', path: ofUser(user, 'unlock'), body: { reason: 'campaign' } })
  const told = toldBy(deps, 'unlock', outcome)
  // Without an answer it may still come, at any time.
  const returnedAt = told === 'acknowledged' ? performance.now() : Number.POSITIVE_INFINITY
  deps.recorder?.unlock({ user, invokedAt, returnedAt })
  if (told === 'refused') return
  deps.ledger.unlockedAll(user, told, (bodyOf(outcome)['unlocked'] ?? []) as readonly string[])
}

async function endSession(deps: LoadDeps, user: string, session: string): Promise<void> {
  const path = `/v1/sessions/${session}?user=${encodeURIComponent(user)}`
  const told = toldBy(deps, 'session end', await change(deps, { method: 'DELETE', path }))
  if (told !== 'refused') deps.ledger.ended(user, session, told)
}

/** A 503 may come after the command was written, so it is no more than a cut answer. */
function toldBy(deps: LoadDeps, what: string, outcome: ApiOutcome): 'acknowledged' | 'cut' | 'refused' {
  if (outcome.cut || outcome.status === 503) {
    deps.count(`${what}s cut`)
    return 'cut'
  }
  if (!isExpected(deps, what, outcome.status, [200, 204])) return 'refused'
  deps.count(`${what}s acknowledged`)
  return 'acknowledged'
}

function bodyOf(outcome: ApiOutcome): Readonly<Record<string, unknown>> {
  return outcome.cut || outcome.status !== 200 ? {} : (outcome.body ?? {})
}
