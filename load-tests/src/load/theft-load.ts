import { ofUser } from '../campaign/api-client.ts'
import { eventually } from '../campaign/eventually.ts'
import { isExpected, type LoadDeps } from './load.ts'
import type { SentActivity } from './activity-load.ts'

/** A lock stage that is silent or behind for 5 s makes a status unknown: one that is known and open for longer is wrong. */
const lockedWithinMs = 15_000
const unknownWithinMs = 3_000

const ownAgent =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'
const otherAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'

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
  const home = { user, session, device: `d-${number}`, ip: '198.51.100.7', userAgent: ownAgent }
  const login = { ...home, type: 'login', outcome: 'succeeded', authentication: { methods: ['pwd', 'otp'] } }
  for (const step of [1, 2, 3]) if (!(await judged(deps, { ...login, id: `act-${number}-${step}` }))) return

  // Told by the app, or seen by the engine: another browser and network within the session.
  const signals = deps.random.chance(0.5) ? ['token-replay'] : []
  const theft = { user, session, type: 'access', device: 'd-thief', ip: '203.0.113.66', userAgent: otherAgent, signals }
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

  // Judged is durable: the lock has to come, before the load stops or after it.
  deps.ledger.locked(user, session, 'acknowledged')
  const seen = await seenOf(deps, `${ofUser(user, 'status')}?session=${session}`)
  deps.verdicts.expect('a judged theft locks the session', seen !== 'open', () => `${user} after ${lockedWithinMs} ms`)
  if (seen === 'locked') deps.count('thefts locked')
}

/** What a status says that locks soon: `unknown` when nobody could tell for a while, or the load stops; nobody is let in by that. */
async function seenOf(deps: LoadDeps, path: string): Promise<'locked' | 'open' | 'unknown'> {
  let knownAt = performance.now()
  const seen = await eventually(async () => {
    const outcome = await deps.api.call({ method: 'GET', path })
    if (!outcome.cut && outcome.status === 200) knownAt = performance.now()
    else if (deps.stopping() || performance.now() > knownAt + unknownWithinMs) return 'unknown'
    return !outcome.cut && outcome.body?.['locked'] === true ? 'locked' : undefined
  }, lockedWithinMs)
  return seen ?? (performance.now() > knownAt + unknownWithinMs ? 'unknown' : 'open')
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
