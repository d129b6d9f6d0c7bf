import type { ApiOutcome } from '../../campaign/api-client.ts'
import type { Sample } from '../samples.ts'

/** Good, asked to come again later, or neither. */
export function outcomeOf(answer: ApiOutcome, good: readonly number[]): Sample['outcome'] {
  if (answer.cut) return 'failed'
  if (good.includes(answer.status)) return 'good'
  const isTold = answer.headers['retry-after'] !== undefined && (answer.status === 503 || answer.status === 429)
  return isTold ? 'shed' : 'failed'
}
