import {
  type Codecs,
  type DeliveryAttempted,
  type NotificationRaised,
  type NotificationRecord,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { type AppendRecord, cloudEventHeaders, type EventLog, type LogRecord } from '@watchword/event-log'
import type { Clock } from '@watchword/stream'
import type { Channel } from '../deliveries/channel.ts'
import type { Raised } from '../deliveries/raised.ts'
import { attemptedType, raisedType } from '../notices/notice-output.ts'

export type TestNotificationDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'notification'>
  clock: Clock
  newId: () => string
  channels: readonly Channel[]
}>

/** What became of a test at one endpoint. */
export type TestDelivery = Readonly<{ endpoint: string; outcome: DeliveryAttempted['outcome']; detail: string }>

/** `endpoints`: how many are told of a test. */
export type TestResult = Readonly<{ notification: string; endpoints: number; deliveries: readonly TestDelivery[] }>

/** The name that tests are about; nobody's. */
const testUser = 'watchword-test'
const lookEveryMs = 50
const readLimit = 500

/**
 * Raises a notification of kind `test`, which takes the way of all others, and answers the first attempt of each of the endpoints that has been made
 * `withinMs` later. People are not told of tests, so mail is none of the endpoints. Rejects with a LogError.
 */
export async function sendTest(
  { tenant, withinMs }: Readonly<{ tenant: string; withinMs: number }>,
  deps: TestNotificationDeps,
): Promise<TestResult> {
  const { log, clock, codecs, channels } = deps
  const id = `n-t-${deps.newId()}`
  const raised = testOf(tenant, id, clock.now())
  const endpoints = channels.filter((channel) => channel.tenant === tenant && channel.wants(raised)).length
  const [position] = await log.append([recordOf(raised, codecs)])
  const until = clock.elapsed() + withinMs
  const deliveries: TestDelivery[] = []
  for (let next = position; next !== undefined && deliveries.length < endpoints && clock.elapsed() < until; ) {
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve))
    const records: readonly LogRecord[] = await log.read(next.topic, next.partition, next.offset, readLimit)
    deliveries.push(...records.flatMap((record) => firstAttempt(record, id, codecs)))
    next = { ...next, offset: (records.at(-1)?.offset ?? next.offset - 1) + 1 }
  }
  return { notification: id, endpoints, deliveries }
}

function testOf(tenant: string, id: string, at: number): Raised {
  const data: NotificationRaised = {
    id,
    kind: 'test',
    severity: 'low',
    audience: ['operators'],
    app: null,
    session: null,
    device: null,
    ip: null,
    country: null,
    userAgent: null,
    subject: testUser,
    reasonUser: { en: 'This is a test.' },
    signals: [],
    score: null,
    level: null,
    facts: {},
    similar: 0,
  }
  return { tenant, user: testUser, at, data }
}

function recordOf({ tenant, user, at, data }: Raised, codecs: TestNotificationDeps['codecs']): AppendRecord {
  const value: NotificationRecord = { tenant, user, at, body: { type: 'notification-raised', data } }
  return {
    topic: topicOf('notification'),
    key: userKey(tenant, user),
    value: codecs.notification.encode(value),
    headers: cloudEventHeaders({ id: data.id, type: raisedType, source: 'notifier', time: at, traceparent: undefined }),
  }
}

/** None, too, of what cannot be read: somebody else has written it. */
function firstAttempt(
  { headers, value }: LogRecord,
  id: string,
  codecs: TestNotificationDeps['codecs'],
): readonly TestDelivery[] {
  if (headers['ce_type'] !== attemptedType || value === null) return []
  let record: NotificationRecord
  try {
    record = codecs.notification.decode(value)
  } catch {
    return []
  }
  const { body } = record
  if (body.type !== 'delivery-attempted' || body.data.notification !== id || body.data.attempt !== 1) return []
  const { endpoint, outcome, detail } = body.data
  return [{ endpoint, outcome, detail }]
}
