import type { SeededRandom } from '../campaign/seeded-random.ts'
import { isExpected, type LoadDeps } from './load.ts'

const repeatedMax = 200

/** An activity as the load sends it. */
export type SentActivity = Readonly<{ id: string; user: string } & Record<string, unknown>>

/** Activities in batches and singles; some are sent again on purpose, and those whose answer was cut as a client would. */
export function createActivityLoad(deps: LoadDeps): () => Promise<void> {
  const { api, ledger, random } = deps
  const unanswered: SentActivity[] = []
  const answered: SentActivity[] = []

  function nextActivities(): readonly SentActivity[] {
    // Nothing new while there is so much that had no answer.
    if (unanswered.length >= repeatedMax) return unanswered.splice(0, repeatedMax)
    const size = random.chance(0.3) ? 1 : random.between(2, 60)
    const fresh = Array.from({ length: size }, () => ordinaryActivity(random, deps.nextNumber()))
    const again = answered.length > 0 && random.chance(0.3) ? [random.pick(answered)] : []
    return [...unanswered.splice(0), ...again, ...fresh]
  }

  async function send(activities: readonly SentActivity[]): Promise<void> {
    for (const { id, user } of activities) if (ledger.sending(id, user)) deps.count('duplicates on purpose')
    const [single] = activities
    const outcome = await api.call({
      method: 'POST',
      path: '/v1/activities',
      body: activities.length === 1 ? single : activities,
    })
    if (outcome.cut || !isExpected(deps, 'POST /v1/activities', outcome.status, [202])) {
      unanswered.push(...activities)
      if (outcome.cut) deps.count('activities cut', activities.length)
      return
    }
    const results = (outcome.body?.['results'] ?? []) as readonly { id: string; status: string }[]
    for (const [index, activity] of activities.entries()) {
      const { status, id } = results[index] ?? { status: 'missing', id: '' }
      const holds = (status === 'accepted' || status === 'duplicate') && id === activity.id
      deps.verdicts.expect('every activity of a 202 is accepted', holds, () => `${activity.id}: ${status}`)
      if (!holds) continue
      ledger.acknowledged(activity.id)
      answered.push(activity)
      deps.count('activities acknowledged')
    }
    answered.splice(0, Math.max(0, answered.length - 500))
  }

  return async () => {
    while (!deps.stopping()) {
      await send(nextActivities())
      await deps.rest()
    }
  }
}

const users = 60

function ordinaryActivity(random: SeededRandom, number: number): SentActivity {
  const of = random.between(1, users)
  const isLogin = random.chance(0.4)
  return {
    id: `act-${number}`,
    user: `bulk-${of}`,
    type: isLogin ? 'login' : 'access',
    outcome: random.chance(0.9) ? 'succeeded' : 'failed',
    session: `s-${of}-${random.between(1, 3)}`,
    device: `d-${of}`,
    ip: `198.51.100.${of}`,
    // Half of the users are trained, the others stay strangers.
    ...(isLogin && of % 2 === 0 ? { authentication: { methods: ['pwd', 'otp'] } } : {}),
  }
}
