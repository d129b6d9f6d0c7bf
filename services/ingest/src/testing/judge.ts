import { type AssessmentRecord, type Codecs, topicOf } from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { sourceHeader } from '@watchword/stream'

/** Stands for the scorer: judges an activity over the same log. */
export async function judge(
  { partition, offset, key, value }: LogRecord,
  { log, codecs }: Readonly<{ log: EventLog; codecs: Codecs }>,
): Promise<void> {
  if (value === null) return
  const { tenant, user, receivedAt, body } = codecs.activity.decode(value)
  if (body.type !== 'activity') return
  const { id, app, session, device, type, outcome, time, sources } = body.data
  const assessment: AssessmentRecord = {
    tenant,
    user,
    app,
    session,
    device,
    ip: null,
    country: null,
    userAgent: null,
    type,
    outcome,
    time,
    receivedAt,
    sources,
    activity: id,
    id: `a-${partition}-${offset}-0`,
    score: 20,
    level: 'LOW',
    previousLevel: 'LOW',
    probability: 0.1,
    decision: 'allow',
    signals: [
      { code: 'ip.unknown', points: 20, status: 'evidence', evidence: { seen: 0 } },
      { code: 'travel.unavailable', points: 0, status: 'unavailable', evidence: {} },
    ],
    reasonUser: { en: 'Fine.' },
    reasonAdmin: 'ip.unknown+20',
    policy: { profile: 'balanced', version: 0, hash: 'h' },
    engine: '1.0.0',
    causes: [`activity-${partition}-${offset}`],
    trained: true,
    late: false,
  }
  const headers = { [sourceHeader]: `profile/${partition}/${offset}/0` }
  await log.append([
    { topic: topicOf('assessment'), key, partition, value: codecs.assessment.encode(assessment), headers },
  ])
}
