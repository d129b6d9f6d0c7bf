import { ofUser } from '../campaign/api-client.ts'
import { eventually } from '../campaign/eventually.ts'
import { isExpected, type LoadDeps } from './load.ts'
import type { SentActivity } from './activity-load.ts'

/** Trains a new user, steals the session, and waits until the thief is locked out; for ever. */
export function createTheftLoad(deps: LoadDeps): () => Promise<void> {
  return async () => {
    while (!deps.stopping()) {
      await stealFromNewUser(deps)
      await deps.rest()
    }
  }
}

async function stealFromNewUser(deps: LoadDeps): Promise<void> {
  const number = deps.nextNumber()
  const user = `theft-${number}`
  const session = `s-${number}`
  const home = { user, session, device: `d-${number}`, ip: '198.51.100.7' }
  const login = { ...home, type: 'login', outcome: 'succeeded', authentication: { methods: ['pwd', 'otp'] } }
  for (const step of [1, 2, 3]) if (!(await judged(deps, { ...login, id: `act-${number}-${step}` }))) return

  const theft = { user, session, type: 'access', device: 'd-thief', ip: '203.0.113.66', signals: ['token-replay'] }
  const assessment = await judged(deps, { ...theft, id: `act-${number}-theft` })
  if (assessment === undefined) return
  const { decision } = assessment
  deps.verdicts.expect(
    'a theft is answered with a demand for proof',
    decision === 'step-up',
    () => `${user}: ${decision}`,
  )
  if (decision !== 'step-up') return
  deps.count('thefts judged')

  const locked = await eventually(async () => {
    if (deps.stopping()) return 'stopped'
    const outcome = await deps.api.call({ method: 'GET', path: `${ofUser(user, 'status')}?session=${session}` })
    return !outcome.cut && outcome.status === 200 && outcome.body?.['locked'] === true ? 'locked' : undefined
  }, deps.lockedWithinMs)
  deps.verdicts.expect(
    'a judged theft locks the session',
    locked !== undefined,
    () => `${user} after ${deps.lockedWithinMs} ms`,
  )
  // Judged is durable: the lock has to come, before the load stops or after it.
  deps.ledger.locked(user, session, 'acknowledged')
  if (locked === 'locked') deps.count('thefts locked')
}

/** Sends one activity and waits for its assessment; undefined when there was no answer with one. */
async function judged(deps: LoadDeps, activity: SentActivity): Promise<{ decision: string } | undefined> {
  deps.ledger.sending(activity.id, activity.user)
  const outcome = await deps.api.call({
    method: 'POST',
    path: '/v1/activities',
    body: activity,
    headers: { prefer: 'wait=5' },
  })
  if (outcome.cut || !isExpected(deps, 'POST /v1/activities', outcome.status, [200, 202])) return undefined
  deps.ledger.acknowledged(activity.id)
  deps.count('activities acknowledged')
  const [result] = (outcome.body?.['results'] ?? []) as readonly { assessment?: { decision: string } }[]
  return result?.assessment
}
