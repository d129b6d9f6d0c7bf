import type { Arrival } from '../open-load.ts'
import type { TrafficDeps } from './traffic.ts'
import { outcomeOf } from './outcome.ts'
import { transfer, view } from './people.ts'

/** Activities of one request of telemetry, as the SDK sends what it has collected. */
export const batchSize = 50

/** A batch of what people look at; nobody waits for the judgement. */
export function telemetry({ api, who, prefix }: TrafficDeps): Arrival {
  const recorded = new Set<number>()
  return async (number, note) => {
    const people = Array.from({ length: batchSize }, who)
    const body = people.map((one, index) => view(one, `${prefix}-t-${number}-${index}`))
    // Marked as by the SDK: a view of everybody in it was recorded before.
    const headers = people.every((one) => recorded.has(one)) ? { priority: 'u=7' } : {}
    const answer = await api.call({ method: 'POST', path: '/v1/activities', body, headers })
    const outcome = outcomeOf(answer, [202])
    if (outcome === 'good') for (const one of people) recorded.add(one)
    note({ kind: 'telemetry', outcome, activities: batchSize })
  }
}

/** One attempt of something sensitive, which waits for its judgement: 202 would leave the app without one. */
export function sensitive({ api, who, prefix }: TrafficDeps): Arrival {
  return async (number, note) => {
    const body = transfer(who(), `${prefix}-s-${number}`)
    const headers = { prefer: 'wait=10' }
    const answer = await api.call({ method: 'POST', path: '/v1/activities', body, headers })
    note({ kind: 'sensitive', outcome: outcomeOf(answer, [200]), activities: 1 })
  }
}
