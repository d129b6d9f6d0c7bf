import type { AssessmentRecord } from '@watchword/contracts'

/** An assessment as the public interface shows it: what is unknown is left out, times are RFC 3339. */
export function assessmentJson(record: AssessmentRecord): Readonly<Record<string, unknown>> {
  const { session, device, previousLevel, policy } = record
  return {
    id: record.id,
    activity: record.activity,
    tenant: record.tenant,
    app: record.app,
    user: record.user,
    ...(session === null ? {} : { session }),
    ...(device === null ? {} : { device }),
    type: record.type,
    outcome: record.outcome,
    time: new Date(record.time).toISOString(),
    receivedAt: new Date(record.receivedAt).toISOString(),
    score: record.score,
    level: record.level,
    ...(previousLevel === null ? {} : { previousLevel }),
    probability: record.probability,
    decision: record.decision,
    signals: record.signals.map(({ code, points, status, evidence }) => ({
      code,
      points,
      ...(status === 'unavailable' ? { status } : {}),
      evidence,
    })),
    reasonUser: record.reasonUser,
    reasonAdmin: record.reasonAdmin,
    policy: { profile: policy.profile, version: policy.version, hash: policy.hash },
    engine: record.engine,
    sources: record.sources,
    causes: record.causes,
    trained: record.trained,
    late: record.late,
  }
}
