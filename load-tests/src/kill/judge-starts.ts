import type { Verdicts } from '../campaign/verdicts.ts'
import { checkHistory } from '../history/check-history.ts'
import type { History } from '../history/history.ts'

/** A start is told of when it is done, and answers a little before. */
const earlyMs = 1_000
const metShareMin = 0.5

/** Of the first and of the last half of the starts, half at least were met within a second by a question about somebody who was locked before. */
export function judgeStarts(history: History, startedAt: readonly number[], verdicts: Verdicts): void {
  const half = Math.ceil(startedAt.length / 2)
  const isMet = (start: number): boolean => {
    const early = history.requests.filter(({ invokedAt }) => Math.abs(invokedAt - start) < earlyMs)
    return checkHistory({ ...history, requests: early }).tested.size > 0
  }
  for (const starts of [startedAt.slice(0, half), startedAt.slice(half)]) {
    const met = starts.filter(isMet).length
    verdicts.expect(
      'starts are met by questions about those who are locked',
      met >= metShareMin * starts.length,
      () => `${met} of ${starts.length}`,
    )
  }
}
