import { type AssessmentRecord, createCodecs, createEmbeddedRegistry } from '@watchword/contracts'
import { raisedOf } from '../deliveries/raised.ts'
import { createAssessmentStage } from '../notices/assessment-stage.ts'
import { ocsfEvent } from '../siem/ocsf-event.ts'

const stage = createAssessmentStage(await createCodecs(createEmbeddedRegistry()))

/** The event of OCSF that a SIEM is told of an assessment, as if it were the first of its user; undefined where nobody is told. */
export function ocsfToldOf(assessment: AssessmentRecord): object | undefined {
  const { outputs } = stage.fold(undefined, assessment, { partition: 0, offset: 0, time: assessment.receivedAt })
  const raised = outputs.flatMap(({ value }) => (value === null ? [] : (raisedOf(value) ?? [])))
  return raised[0] && ocsfEvent(raised[0])
}
