import { setTimeout as delay } from 'node:timers/promises'
import type { ApiCall, ApiOutcome } from '../campaign/api-client.ts'
import type { LoadDeps } from './load.ts'

const repeatAfterMs = 50

/**
 * Asks for a change again and again until it is answered, as a client should: a 503 may come after the command was written and so promises
 * no more than no answer at all, and what carries the same `Idempotency-Key` is done once. Gives up when the load stops.
 */
export async function change(
  deps: Pick<LoadDeps, 'api' | 'nextNumber' | 'stopping'>,
  call: ApiCall,
): Promise<ApiOutcome> {
  const headers = { ...call.headers, 'idempotency-key': `change-${deps.nextNumber()}` }
  for (;;) {
    const outcome = await deps.api.call({ ...call, headers })
    const isAnswered = !outcome.cut && outcome.status !== 503
    if (isAnswered || deps.stopping()) return outcome
    await delay(repeatAfterMs)
  }
}
