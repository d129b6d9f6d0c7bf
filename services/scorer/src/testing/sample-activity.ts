import type { Activity } from '@watchword/contracts'

/** A login with a password and nothing else that is known. */
export const sampleActivity: Activity = {
  id: 'a-1',
  app: 'bank',
  type: 'login',
  outcome: 'succeeded',
  session: 's-1',
  device: 'd-1',
  fingerprint: null,
  ip: null,
  userAgent: null,
  headers: {},
  time: 1,
  late: false,
  action: null,
  methods: ['pwd'],
  signals: [],
  signal: null,
  network: null,
  agent: null,
  facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
  deviceOwnedByOther: false,
  attributes: {},
  policy: '',
  sources: {},
}
