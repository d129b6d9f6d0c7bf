import { type AssessmentRecord, publicAssessment } from '@watchword/contracts'
import type { Position } from '@watchword/event-log'
import { problemBody } from '@watchword/service-kit'
import type { FastifyReply } from 'fastify'
import type { ItemResult } from './acceptance.ts'
import type { AssessmentWaits } from './assessment-waits.ts'
import type { Submitted } from './submission.ts'

/** Answers 202 with the results, or 200 with the assessments when the client waits for them and they come in time. */
export async function answer(
  reply: FastifyReply,
  form: Submitted['form'],
  seconds: number | undefined,
  waits: Pick<AssessmentWaits, 'open'>,
  accept: () => Promise<readonly ItemResult[]>,
): Promise<FastifyReply> {
  if (seconds === undefined) return reply.code(202).send({ results: resultsOf(form, await accept()) })
  void reply.header('preference-applied', `wait=${seconds}`)
  const wait = waits.open()
  try {
    const items = await accept()
    const results = resultsOf(form, items)
    const positions = items.flatMap((item): Position[] => (item.status === 'accepted' ? [item.position] : []))
    const assessments = positions.length === 0 ? undefined : await wait.all(positions, seconds * 1_000)
    if (assessments === undefined) return await reply.code(202).send({ results })
    return await reply.code(200).send({ results: withAssessments(results, assessments) })
  } finally {
    wait.close()
  }
}

type Result = Readonly<{ id: string | null; status: ItemResult['status'] }> & Readonly<Record<string, unknown>>

function resultsOf(form: Submitted['form'], items: readonly ItemResult[]): readonly Result[] {
  return items.map((item) => {
    if (item.status !== 'rejected') return { id: item.id, status: item.status }
    // A request of one activity answers its fault with its own status.
    if (form === 'single') throw item.problem
    return { id: item.id, status: item.status, problem: problemBody(item.problem) }
  })
}

function withAssessments(results: readonly Result[], assessments: readonly AssessmentRecord[]): readonly Result[] {
  const left = assessments.values()
  return results.map((result) => {
    const assessment = result.status === 'accepted' ? left.next().value : undefined
    return assessment === undefined ? result : { ...result, assessment: publicAssessment(assessment) }
  })
}
