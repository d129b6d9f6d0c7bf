import type { Assessment } from '@watchword/node'
import { explainSignal } from './explain.ts'

/** An assessment for the page: what counted, most first. */
export type JudgementView = {
  readonly score: number
  readonly level: string
  readonly decision: string
  readonly signals: readonly { readonly code: string; readonly points: number; readonly text: string }[]
}

export const judgementView = (
  assessment: Pick<Assessment, 'score' | 'level' | 'decision' | 'signals'>,
): JudgementView => ({
  score: Math.round(assessment.score),
  level: assessment.level,
  decision: assessment.decision,
  signals: assessment.signals
    .filter(({ points }) => points !== 0)
    .toSorted((first, second) => second.points - first.points)
    .map(({ code, points }) => ({ code, points, text: explainSignal(code) })),
})
