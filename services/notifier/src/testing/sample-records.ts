import type { AssessmentRecord, SessionRecord } from '@watchword/contracts'

/** A login of Alice from a new place, of which she is to be told. */
export const sampleAssessment: AssessmentRecord = {
  tenant: 'demo',
  user: 'alice',
  id: 'a-1-1-0',
  activity: 'x',
  app: 'bank',
  session: 's-91',
  device: 'd-7f',
  ip: '203.0.113.7',
  country: 'DE',
  userAgent: 'Mozilla/5.0',
  type: 'login',
  outcome: 'succeeded',
  time: 1,
  receivedAt: 1,
  score: 55,
  level: 'MEDIUM',
  previousLevel: 'LOW',
  probability: 0.4,
  decision: 'notify',
  signals: [
    { code: 'ip.unknown', points: 20, status: 'evidence', evidence: {} },
    { code: 'device.known', points: 0, status: 'evidence', evidence: {} },
  ],
  reasonUser: { en: 'We noticed a sign-in from a new place.' },
  reasonAdmin: 'ip.unknown+20',
  policy: { profile: 'balanced', version: 0, hash: 'h' },
  engine: '1.0.0',
  sources: {},
  causes: [],
  trained: true,
  late: false,
}

/** Something that happened to Alice. */
export function sessionRecord(body: SessionRecord['body'], user = 'alice'): SessionRecord {
  return { tenant: 'demo', user, at: 1, seq: 1, commandId: null, body }
}
