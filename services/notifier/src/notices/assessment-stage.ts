import { type AssessmentRecord, type Codecs, decisionHeader, topicOf } from '@watchword/contracts'
import type { NotificationKind, ToldState } from '@watchword/notification'
import type { Stage } from '@watchword/stream'
import { foldNotice, type Notice, type NoticeOutputs, noticeStage } from './notice-output.ts'

const kinds: Readonly<Record<AssessmentRecord['decision'], NotificationKind | undefined>> = {
  allow: undefined,
  notify: 'unusual-activity',
  'step-up': 'verification-required',
  deny: 'access-denied',
}

/** Assessments that are not "allow" -> what is to be told of them. What the decision header does not name is not even decoded. */
export function createAssessmentStage(
  codecs: Pick<Codecs, 'assessment' | 'notification'>,
): Stage<ToldState, AssessmentRecord, NoticeOutputs> {
  return {
    ...noticeStage(codecs),
    name: 'assessment-notice',
    input: topicOf('assessment'),
    concerns: ({ headers }) => headers[decisionHeader] !== undefined,
    decode: (record) => codecs.assessment.decode(record.value ?? new Uint8Array()),
    timeOf: ({ receivedAt }) => receivedAt,
    fold: (state, assessment, context) => foldNotice(state, noticeOf(assessment), context, 'a'),
  }
}

function noticeOf(assessment: AssessmentRecord): Notice | null {
  const kind = kinds[assessment.decision]
  if (kind === undefined || isFirstLogin(assessment)) return null
  const { tenant, user, id, app, session, device, reasonUser, score, level, type, outcome } = assessment
  const { ip, country, userAgent } = assessment
  const signals = assessment.signals.filter(({ points }) => points > 0).map(({ code }) => code)
  return {
    tenant,
    user,
    occasion: { kind, cause: [app, ...signals.toSorted()].join(' '), device },
    said: {
      app,
      session,
      ip,
      country,
      userAgent,
      subject: id,
      reasonUser,
      signals,
      score,
      level,
      facts: { type, outcome },
    },
  }
}

/** Who is not known yet is asked for proof on the spot: everything is new then, and a message about it teaches people to ignore messages. */
function isFirstLogin({ trained, level, decision }: AssessmentRecord): boolean {
  return !trained && level !== 'HIGH' && decision !== 'deny'
}
