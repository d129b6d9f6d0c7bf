import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { sampleRaised } from '../testing/sample-raised.ts'
import { ocsfEvent } from './ocsf-event.ts'
import { titles } from './titles.ts'

const shared = process.env['WATCHWORD_SHARED'] ?? ''
assert.notEqual(shared, '', 'WATCHWORD_SHARED must name the folder of the shared data')

/** What of an event can be compared; its producers fill the rest as they like. */
type Event = Readonly<{
  class_uid: number
  class_name: string
  category_uid: number
  category_name: string
  activity_id: number
  type_uid: number
  status_id: number
  time: number
  metadata: Readonly<{ version: string }>
  user: Readonly<{ uid: string }>
  src_endpoint?: Readonly<{ ip: string }>
  session?: Readonly<{ uid: string }>
  http_request?: Readonly<{ user_agent: string }>
}>
type OktaEvent = Readonly<{
  eventType: string
  published: string
  client: Readonly<{ ipAddress: string; userAgent: Readonly<{ rawUserAgent: string }> }>
  target: readonly Readonly<{ id: string }>[]
}>
type GoogleEvent = Readonly<{
  id: Readonly<{ time: string }>
  actor: Readonly<{ profileId: string }>
  ipAddress: string
  events: readonly Readonly<{ name: string }>[]
}>

/** A raw event as its vendor has it, beside what others have made of it by hand. */
type Pair = Readonly<{ happened: string; user: string; at: number; ip: string; userAgent: string | null; event: Event }>

const okta = read('okta_system_log_raw_sample.json') as readonly OktaEvent[]
const google = (read('google_workspace_login_raw_sample.json') as Readonly<{ items: readonly GoogleEvent[] }>).items
const oktaGolden = golden('okta_system_log_sample')
const googleGolden = golden('google_workspace_login_sample')
const pairs: readonly Pair[] = [
  ...okta.map(({ eventType, published, client, target }, index) => ({
    happened: eventType,
    user: target[0]?.id ?? '',
    at: Date.parse(published),
    ip: client.ipAddress,
    userAgent: client.userAgent.rawUserAgent,
    event: oktaGolden[index] as Event,
  })),
  ...google.map(({ id, actor, ipAddress, events }, index) => ({
    happened: events[0]?.name ?? '',
    user: actor.profileId,
    at: Date.parse(id.time),
    ip: ipAddress,
    userAgent: null,
    event: googleGolden[index] as Event,
  })),
]

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(shared, 'data/ocsf', file), 'utf8'))
}

function golden(name: string): readonly Event[] {
  const text = readFileSync(join(shared, 'data/ocsf', `${name}.ocsf.jsonl`), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
}

/** What Watchword tells where the same happens to it: a factor of the user was confirmed. */
function toldAsEnrolment({ user, at }: Pair): Event {
  const { data } = sampleRaised
  return ocsfEvent({ ...sampleRaised, user, at, data: { ...data, kind: 'factor-added' } }) as Event
}

function compared({ metadata, user, ...event }: Event): object {
  const { class_uid, class_name, category_uid, category_name, activity_id, type_uid, status_id, time } = event
  const kind = { class_uid, class_name, category_uid, category_name, activity_id, type_uid }
  return { kind, status_id, time, version: metadata.version, user: user.uid }
}

// Sign-ins and other activities of Okta go through its connector: apps/cli/src/connectors/okta-ocsf.data.test.ts.
describe('the golden pairs of OCSF', () => {
  const enrolments = pairs.filter(({ happened }) => ['user.mfa.factor.activate', '2sv_enroll'].includes(happened))

  test('say of an enrolled factor what we say: class, activity, status, time and user', () => {
    assert.equal(enrolments.length, 2)
    for (const pair of enrolments) assert.deepEqual(compared(toldAsEnrolment(pair)), compared(pair.event))
  })

  test('may have a session in it, which OCSF 1.8 has no attribute for in an Account Change: we have none', () => {
    assert.deepEqual(
      enrolments.map(({ event }) => event.session?.uid),
      [undefined, 'workspace-login-3'],
    )
    for (const pair of enrolments) assert.equal(toldAsEnrolment(pair).session, undefined)
  })

  test('of other classes and activities (sign-in, deactivated user, group) have no kind of notification to compare', () => {
    const kinds = Object.keys(titles) as readonly (keyof typeof titles)[]
    const ours = kinds.map(
      (kind) => (ocsfEvent({ ...sampleRaised, data: { ...sampleRaised.data, kind } }) as Event).type_uid,
    )
    const others = pairs.filter(({ event }) => !ours.includes(event.type_uid)).map(({ event }) => event.type_uid)
    assert.deepEqual(others, [300_201, 300_105, 300_502, 300_201, 300_201])
    assert.equal(others.length + enrolments.length, pairs.length)
  })
})
