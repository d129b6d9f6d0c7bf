import { type Activity, assessmentId, topicOf, userKey } from '@watchword/contracts'
import { builtInPolicy } from '@watchword/policy'
import type { GuardWorld } from './guard-world.ts'

/** A login of a stranger in session `s-91`. */
const login: Activity = {
  id: 'act-1',
  app: 'bank',
  type: 'login',
  outcome: 'succeeded',
  session: 's-91',
  device: 'd-thief',
  fingerprint: null,
  ip: '203.0.113.7',
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
  policy: builtInPolicy().hash,
  sources: {},
}

/** Puts an activity on the log as ingest does; answers the id of the assessment that it has, or would have. */
export async function judgedActivity(
  { log, codecs, clock }: GuardWorld,
  user = 'alice',
  { tenant = 'demo', ...over }: Partial<Activity> & { tenant?: string } = {},
): Promise<string> {
  const body = { type: 'activity', data: { ...login, ...over } } as const
  const value = codecs.activity.encode({ tenant, user, receivedAt: clock.now(), body })
  const [position] = await log.append([{ topic: topicOf('activity'), key: userKey(tenant, user), value }])
  if (position === undefined) throw new TypeError('nothing was appended')
  return assessmentId(position)
}
