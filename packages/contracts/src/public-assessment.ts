import { type Static, Type } from 'typebox'
import type { AssessmentRecord, Signal } from './generated/assessment.ts'

const publicSignalSchema = Type.Object({
  code: Type.String(),
  points: Type.Number(),
  evidence: Type.Record(Type.String(), Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String()])),
  status: Type.Optional(
    Type.Literal('unavailable', { description: 'Stands only where the signal could not be evaluated.' }),
  ),
})

/** An assessment as answers and reports show it. */
export const publicAssessmentSchema = Type.Object({
  id: Type.String(),
  activity: Type.String(),
  tenant: Type.String(),
  app: Type.String(),
  user: Type.String(),
  session: Type.Optional(Type.String()),
  device: Type.Optional(Type.String()),
  type: Type.String({ description: 'Of the activity.' }),
  outcome: Type.String({ description: 'Of the activity.' }),
  time: Type.String({ description: 'When the activity happened.' }),
  receivedAt: Type.String(),
  score: Type.Number({ description: '0 to 100.' }),
  level: Type.Enum(['LOW', 'MEDIUM', 'HIGH']),
  previousLevel: Type.Optional(Type.Enum(['LOW', 'MEDIUM', 'HIGH'])),
  probability: Type.Number({ description: 'Chance of an attack, 0 to 1.' }),
  decision: Type.Enum(['allow', 'notify', 'step-up', 'deny']),
  signals: Type.Array(publicSignalSchema),
  reasonUser: Type.Record(Type.String(), Type.String(), { description: 'By language tag; safe to show.' }),
  reasonAdmin: Type.String(),
  policy: Type.Object({ profile: Type.String(), version: Type.Integer(), hash: Type.String() }),
  engine: Type.String(),
  sources: Type.Record(Type.String(), Type.String()),
  causes: Type.Array(Type.String(), { description: 'Positions of the records that caused it.' }),
  trained: Type.Boolean(),
  late: Type.Boolean(),
})

export type PublicAssessment = Static<typeof publicAssessmentSchema>

export type PublicSignal = Static<typeof publicSignalSchema>

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
    causes: [...record.causes],
    trained: record.trained,
    late: record.late,
  }
}

function publicSignal({ code, points, evidence, status }: Signal): PublicSignal {
  return status === 'unavailable' ? { code, points, evidence, status } : { code, points, evidence }
}
