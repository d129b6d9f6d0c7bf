import type { Raised } from '../deliveries/raised.ts'

/** A refused login of Alice, as it is told. */
export const sampleRaised: Raised = {
  tenant: 'demo',
  user: 'alice',
  at: Date.UTC(2026, 10, 26, 10),
  data: {
    id: 'n-a-3-1201',
    kind: 'access-denied',
    severity: 'high',
    audience: ['user', 'operators'],
    app: 'bank',
    session: 's-91',
    device: 'd-7f',
    ip: '203.0.113.7',
    country: 'DE',
    userAgent: 'Mozilla/5.0',
    subject: 'a-3-1201-0',
    reasonUser: {},
    signals: ['country.blocked'],
    score: 92,
    level: 'HIGH',
    facts: { type: 'login' },
    similar: 2,
  },
}
