import { isDeepStrictEqual } from 'node:util'
import type { BankBackend, Judged, TimelineRow } from './bank-backend.ts'
import { hold } from './stage-directions.ts'

const kinds = [
  'session.session-locked',
  'session.verification-failed',
  'session.verification-passed',
  'session.session-ended',
  'mfa.mfa-required',
  'session.factor-changed',
]

/** Holds the timeline against what happened: each kind of event, every activity with one judgement, and each judgement explained by its id. */
export async function checkAudit(bank: BankBackend): Promise<Readonly<{ items: number; judgements: number }>> {
  const items = await bank.timeline()
  const ofType = (type: string): readonly TimelineRow[] => items.filter((item) => item.type === type)
  const missing = kinds.filter((kind) => ofType(kind).length === 0)
  hold(missing.length === 0, `missing in the timeline: ${missing.join(', ')}`)
  const opened = ofType('session.verification-passed').filter(({ data }) => isOfLock(data))
  hold(opened.length === 1, `${opened.length} verifications passed`)

  const judgements = ofType('assessment')
  const judged = judgements.map(({ data }) => (data as Judged).activity)
  const activities = ofType('activity').map(({ id }) => id)
  hold(activities.length > 0, 'there are no activities in the timeline')
  hold(
    isDeepStrictEqual(judged.toSorted(), activities.toSorted()),
    `${activities.length} activities, ${judged.length} judgements, not one for each`,
  )
  for (const { id } of bank.answered())
    hold(
      judgements.some((row) => row.id === id),
      `the judgement ${id} was answered and is not in the timeline`,
    )
  for (const { id, data } of judgements) await checkExplanation(bank, id, data as Judged)
  return { items: items.length, judgements: judgements.length }
}

/** The score of an explanation is what its signals say. */
async function checkExplanation(bank: BankBackend, id: string, told: Judged): Promise<void> {
  const explained = await bank.assessment(id)
  hold(isDeepStrictEqual(explained, told), `judgement ${id} is another one by its id`)
  const { score, signals, reasonAdmin } = explained
  const points = signals.reduce((sum, signal) => sum + signal.points, 0)
  hold(score === Math.min(100, points), `judgement ${id} has the score ${score}, its signals say ${points}`)
  for (const signal of signals.filter((each) => each.points > 0))
    hold(reasonAdmin.includes(signal.code), `judgement ${id} does not name ${signal.code}`)
}

/** A verification that answered a lock; the confirmation of a new factor passes too. */
function isOfLock(data: unknown): boolean {
  return (data as { body: { data: { lock: string | null } } }).body.data.lock !== null
}
