import type { AssessmentRecord, Signal } from './generated/assessment.ts'

/** An assessment as answers and reports show it. */
export type PublicAssessment = Readonly<{
  id: string
  activity: string
  tenant: string
  app: string
  user: string
  session?: string
  device?: string
  type: string
  outcome: string
  time: string
  receivedAt: string
  score: number
  level: string
  previousLevel?: string
  probability: number
  decision: string
  signals: readonly PublicSignal[]
  reasonUser: Readonly<Record<string, string>>
  reasonAdmin: string
  policy: Readonly<{ profile: string; version: number; hash: string }>
  engine: string
  sources: Readonly<Record<string, string>>
  causes: readonly string[]
  trained: boolean
  late: boolean
}>

/** `status` stands only where the signal could not be evaluated. */
export type PublicSignal = Readonly<{
  code: string
  points: number
  evidence: Signal['evidence']
  status?: 'unavailable'
}>

/** The public shape of an assessment on the log: what is unknown is left out, times are RFC 3339. */
export function publicAssessment(record: AssessmentRecord): PublicAssessment {
  const { id, activity, tenant, app, user, session, device, score, level, previousLevel, probability, decision } =
    record
  return {
    id,
    activity,
    tenant,
    app,
    user,
    ...(session === null ? {} : { session }),
    ...(device === null ? {} : { device }),
    type: record.type,
    outcome: record.outcome,
    time: new Date(record.time).toISOString(),
    receivedAt: new Date(record.receivedAt).toISOString(),
    score,
    level,
    ...(previousLevel === null ? {} : { previousLevel }),
    probability,
    decision,
    signals: record.signals.map(publicSignal),
    reasonUser: record.reasonUser,
    reasonAdmin: record.reasonAdmin,
    policy: record.policy,
    engine: record.engine,
    sources: record.sources,
    causes: record.causes,
    trained: record.trained,
    late: record.late,
  }
}

function publicSignal({ code, points, evidence, status }: Signal): PublicSignal {
  return status === 'unavailable' ? { code, points, evidence, status } : { code, points, evidence }
}
