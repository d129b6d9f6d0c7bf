import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createCodecs, createEmbeddedRegistry } from '@watchword/contracts'
import { ocsfToldOf } from '@watchword/notifier/testing'
import { canonicalJson, compileDocument, parsePolicy, policyHash } from '@watchword/policy'
import { createLogger } from '@watchword/service-kit'
import { exactNames } from '@watchword/user-names'
import { createReplay } from '../replay/replay.ts'
import { activityOfOktaEvent } from './okta-system-log.ts'

const shared = process.env['WATCHWORD_SHARED'] ?? ''
assert.notEqual(shared, '', 'WATCHWORD_SHARED must name the folder of the shared data')

/** What others have made by hand of an event of Okta. */
type Golden = Readonly<{
  class_uid: number
  status_id: number
  time: number
  actor: Readonly<{ user: Readonly<{ uid: string; name: string }> }>
  user: Readonly<{ uid: string; name: string }>
  session?: Readonly<{ uid: string }>
  src_endpoint: Readonly<{ ip: string; location?: Readonly<{ country: string }> }>
  http_request: Readonly<{ user_agent: string }>
}>
/** What Watchword tells of the same. */
type Told = Readonly<{
  class_uid: number
  activity_id: number
  time: number
  evidences: readonly Readonly<{
    actor: Readonly<{ user: Readonly<{ uid: string }>; session: Readonly<{ uid: string }> }>
    src_endpoint: Golden['src_endpoint']
    http_request: Golden['http_request']
  }>[]
  unmapped: Readonly<{ watchword: Readonly<{ facts: Readonly<{ outcome: string }> }> }>
}>

const folder = join(shared, 'data/ocsf')
const raw = JSON.parse(readFileSync(join(folder, 'okta_system_log_raw_sample.json'), 'utf8')) as readonly Readonly<{
  authenticationContext: Readonly<{ externalSessionId: string }>
}>[]
const golden = readFileSync(join(folder, 'okta_system_log_sample.ocsf.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Golden)
const told = await toldOf(raw)

/**
 * Through the connector, the engine and the stage of the notifier. Nobody is told of what is allowed, nor of a first login: the policy denies everything, and each
 * actor has signed in the day before.
 */
async function toldOf(events: readonly unknown[]): Promise<readonly Told[]> {
  const parsed = parsePolicy({ decisions: { LOW: 'deny', MEDIUM: 'deny', HIGH: 'deny' } })
  assert.ok(parsed.ok)
  const { document } = parsed
  const policy = {
    ...compileDocument(document),
    hash: policyHash(canonicalJson(document)),
    version: 1,
    effectiveFrom: 0,
  }
  const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
  const replay = await createReplay(
    { policy, assumeVerified: 'succeeded', userNames: exactNames },
    { codecs: await createCodecs(createEmbeddedRegistry()), logger },
  )
  const activities = events.map((event, index) => {
    const read = activityOfOktaEvent(event, index)
    assert.ok(read.ok)
    return read.activity
  })
  for (const { user } of activities) replay({ type: 'login', outcome: 'succeeded', user, time: '2026-04-12T02:00:00Z' })
  return activities.map((activity) => {
    const judged = replay(activity)
    assert.equal(judged.status, 'assessed')
    return ocsfToldOf(judged.assessment) as Told
  })
}

describe('an event of Okta that Watchword judges and tells a SIEM, beside what others have made of it by hand', () => {
  test('has its time, actor, status, source address and user agent', () => {
    assert.equal(golden.length, 5)
    for (const [index, { time, actor, status_id, src_endpoint, http_request }] of golden.entries()) {
      const { time: ours, evidences, unmapped } = told[index] as Told
      const [evidence] = evidences
      assert.deepEqual(
        [
          ours,
          evidence?.actor.user.uid,
          unmapped.watchword.facts.outcome,
          evidence?.src_endpoint.ip,
          evidence?.http_request,
        ],
        [time, actor.user.name, { 1: 'succeeded', 2: 'failed' }[status_id], src_endpoint.ip, http_request],
      )
    }
  })

  test('has its session, and has it also where they leave it out of what is no sign-in', () => {
    const sessions = told.map(({ evidences }) => evidences[0]?.actor.session.uid)
    assert.deepEqual(
      sessions,
      raw.map(({ authenticationContext }) => authenticationContext.externalSessionId),
    )
    const theirs = golden.map(({ session }) => session?.uid)
    assert.deepEqual(theirs, ['sess-1', undefined, undefined, undefined, 'sess-px-1'])
    for (const [index, session] of theirs.entries()) if (session !== undefined) assert.equal(sessions[index], session)
  })

  test('has not their class and activity: Watchword tells a decision, not that somebody signed in or changed an account', () => {
    assert.deepEqual(
      golden.map(({ class_uid }) => class_uid),
      [3002, 3001, 3001, 3005, 3002],
    )
    for (const { class_uid, activity_id } of told) assert.deepEqual([class_uid, activity_id], [2004, 1])
  })

  test('has not whom an administrator acted on: an activity is about who acts', () => {
    const others = golden.map(({ actor, user }) => (user.uid === actor.user.uid ? null : user.name))
    assert.deepEqual(others, ['alice@example.com', 'carol@example.com', null, 'gina@example.com', null])
    for (const [index, other] of others.entries())
      if (other !== null) assert.ok(!JSON.stringify(told[index]).includes(other), other)
  })

  test('has the code of the country that the event names, as OCSF asks for, where they have its name', () => {
    const named = golden.flatMap(({ src_endpoint: { location } }, index) =>
      location === undefined ? [] : [[location.country, told[index]?.evidences[0]?.src_endpoint.location?.country]],
    )
    assert.deepEqual(named, [['Germany', 'DE']])
  })
})
