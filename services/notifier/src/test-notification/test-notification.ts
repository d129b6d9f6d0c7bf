import {
  type Codecs,
  type DeliveryAttempted,
  type NotificationRaised,
  type NotificationRecord,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { cloudEventHeaders, type EventLog, type Position } from '@watchword/event-log'
import type { Clock } from '@watchword/stream'
import { raisedType } from '../notices/notice-output.ts'

export type TestNotificationDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'notification'>
  clock: Clock
  newId: () => string
}>

/** What became of a test at one endpoint. */
export type TestDelivery = Readonly<{ endpoint: string; outcome: DeliveryAttempted['outcome']; detail: string }>

export type TestResult = Readonly<{ notification: string; deliveries: readonly TestDelivery[] }>

/** The name that tests are about; nobody's. */
const testUser = 'watchword-test'
const lookEveryMs = 50
const readLimit = 500

/**
 * Raises a notification of kind `test`, which takes the way of all others, and answers the first attempt of each of the endpoints that has been made
 * `withinMs` later. Rejects with a LogError.
 */
export async function sendTest(
  { tenant, endpoints, withinMs }: Readonly<{ tenant: string; endpoints: number; withinMs: number }>,
  deps: TestNotificationDeps,
): Promise<TestResult> {
  const { log, clock } = deps
  const id = `n-t-${deps.newId()}`
  const [raised] = await log.append([testRecord(tenant, id, deps)])
  const until = clock.elapsed() + withinMs
  let deliveries: readonly TestDelivery[] = []
  while (raised !== undefined && deliveries.length < endpoints && clock.elapsed() < until) {
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve))
    deliveries = await firstAttempts(id, raised, deps)
  }
  return { notification: id, deliveries }
}

function testRecord(tenant: string, id: string, { codecs, clock }: TestNotificationDeps) {
  const at = clock.now()
  const data: NotificationRaised = {
    id,
    kind: 'test',
    severity: 'low',
    audience: ['operators'],
    app: null,
    session: null,
    device: null,
    subject: testUser,
    reasonUser: { en: 'This is a test.' },
    signals: [],
    score: null,
    level: null,
    facts: {},
    similar: 0,
  }
  const value: NotificationRecord = { tenant, user: testUser, at, body: { type: 'notification-raised', data } }
  return {
    topic: topicOf('notification'),
    key: userKey(tenant, testUser),
    value: codecs.notification.encode(value),
    headers: cloudEventHeaders({ id, type: raisedType, source: 'notifier', time: at, traceparent: undefined }),
  }
}

async function firstAttempts(
  id: string,
  { topic, partition, offset }: Position,
  { log, codecs }: TestNotificationDeps,
): Promise<readonly TestDelivery[]> {
  const records = await log.read(topic, partition, offset + 1, readLimit)
  return records.flatMap(({ value }) => {
    const { body } = codecs.notification.decode(value ?? new Uint8Array())
    if (body.type !== 'delivery-attempted' || body.data.notification !== id || body.data.attempt !== 1) return []
    const { endpoint, outcome, detail } = body.data
    return [{ endpoint, outcome, detail }]
  })
}
