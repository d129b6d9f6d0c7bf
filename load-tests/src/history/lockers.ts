import { setTimeout as delay } from 'node:timers/promises'
import type { Watchword } from '@watchword/node'
import { type ApiClient, ofUser } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import { change } from '../load/change.ts'
import type { Recorder } from './history.ts'

export type LockersDeps = Readonly<{
  api: ApiClient
  recorder: Recorder
  random: SeededRandom
  stopping: () => boolean
  count: (what: string) => void
  nextNumber: () => number
}>

/** Locks and unlocks one user, one call after the other, with time between in which requests are tested. */
export async function operate(deps: LockersDeps, user: string, sessions: readonly string[]): Promise<void> {
  const { random, stopping } = deps
  while (!stopping()) {
    const session = random.chance(0.3) ? null : random.pick(sessions)
    await lock(deps, user, session)
    await delay(random.between(300, 1_500))
    await unlock(deps, user)
    await delay(random.between(20, 300))
  }
}

async function lock({ api, recorder, count }: LockersDeps, user: string, session: string | null): Promise<void> {
  const invokedAt = performance.now()
  const body = { reason: 'history', ...(session === null ? {} : { session }) }
  const outcome = await api.call({ method: 'POST', path: ofUser(user, 'lock'), body })
  const acknowledgedAt = performance.now()
  count(outcome.cut ? 'lock: cut' : `lock: ${outcome.status}`)
  if (!outcome.cut && outcome.status === 200)
    recorder.lock({ user, session, by: 'operator', invokedAt, acknowledgedAt })
}

async function unlock(deps: LockersDeps, user: string): Promise<void> {
  const { recorder, count } = deps
  const invokedAt = performance.now()
  const outcome = await change(deps, { method: 'POST', path: ofUser(user, 'unlock'), body: { reason: 'history' } })
  count(outcome.cut ? 'unlock: cut' : `unlock: ${outcome.status}`)
  // Without an answer it may still come, at any time.
  const isDone = !outcome.cut && outcome.status === 200
  recorder.unlock({ user, invokedAt, returnedAt: isDone ? performance.now() : Number.POSITIVE_INFINITY })
}

/** Ends one session of the user for good. */
export async function endSession({ api, recorder, count }: LockersDeps, user: string, session: string): Promise<void> {
  const invokedAt = performance.now()
  const path = `/v1/sessions/${session}?user=${encodeURIComponent(user)}`
  const outcome = await api.call({ method: 'DELETE', path })
  count(outcome.cut ? 'end: cut' : `end: ${outcome.status}`)
  if (outcome.cut || outcome.status !== 204) return
  recorder.lock({ user, session, by: 'end', invokedAt, acknowledgedAt: performance.now() })
}

/** Trains a user, has the session stolen again and again, and takes the event `lock-acknowledged` at its word. */
export async function steal(deps: LockersDeps, client: Watchword, user: string, session: string): Promise<void> {
  const { api, recorder, random, stopping, count, nextNumber } = deps
  let stolenAt = 0
  let stolenSince = 0
  let lockId: string | undefined
  const subscription = client.subscribe(
    { user },
    {
      onMfaRequired(lock) {
        // What is heard late may be of the theft before.
        if (stolenAt > 0 && Date.parse(lock.since) >= stolenSince) lockId = lock.id
      },
      onOther(frame) {
        if (frame['type'] !== 'lock-acknowledged' || stolenAt === 0 || frame['lockId'] !== lockId) return
        recorder.lock({ user, session, by: 'risk', invokedAt: stolenAt, acknowledgedAt: performance.now() })
        stolenAt = 0
        count('risk lock: acknowledged')
      },
    },
  )
  await subscription.ready
  const send = async (activity: object): Promise<void> => {
    const body = { id: `act-${nextNumber()}`, user, session, ...activity }
    const outcome = await api.call({ method: 'POST', path: '/v1/activities', body, headers: { prefer: 'wait=2' } })
    count(outcome.cut ? 'activity: cut' : `activity: ${outcome.status}`)
  }
  const home = { device: 'd-own', ip: '198.51.100.7' }
  for (let login = 0; login < 3; login++)
    await send({ ...home, type: 'login', outcome: 'succeeded', authentication: { methods: ['pwd', 'otp'] } })
  while (!stopping()) {
    lockId = undefined
    stolenSince = Date.now()
    stolenAt = performance.now()
    await send({ type: 'access', device: 'd-thief', ip: '203.0.113.66', signals: ['token-replay'] })
    await delay(random.between(1_300, 2_200))
    // A lock not acknowledged by now is not counted, and the unlock must not meet its event.
    stolenAt = 0
    await unlock(deps, user)
    await delay(random.between(20, 200))
  }
  subscription.close()
}
