import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Raised } from '../deliveries/raised.ts'
import { sampleRaised } from '../testing/sample-raised.ts'
import { ocsfEvent } from './ocsf-event.ts'

const shared = process.env['WATCHWORD_SHARED'] ?? ''
assert.notEqual(shared, '', 'WATCHWORD_SHARED must name the folder of the shared data')

type Event = Readonly<Record<string, unknown>>

/** Events that others have made of real logs of Okta and Google. */
const golden: readonly Event[] = ['okta_system_log_sample', 'google_workspace_login_sample'].flatMap((name) =>
  readFileSync(join(shared, 'data/ocsf', `${name}.ocsf.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event),
)

function eventOf(kind: Raised['data']['kind']): Event {
  return ocsfEvent({ ...sampleRaised, data: { ...sampleRaised.data, kind } }) as Event
}

const ofClass = (uid: number): readonly Event[] => golden.filter((event) => event['class_uid'] === uid)

/** Kinds of the values that both have, by path. */
function sharedKinds(one: unknown, other: unknown, path = ''): readonly (readonly [path: string, same: boolean])[] {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return [[path, typeof one === typeof other]]
  const names = Object.keys(one).filter((name) => name in other && name !== 'unmapped')
  return names.flatMap((name) => sharedKinds((one as Event)[name], (other as Event)[name], `${path}/${name}`))
}

describe('our events and the golden ones of OCSF', () => {
  for (const [kind, uid] of [
    ['session-ended', 3002],
    ['factor-added', 3001],
  ] as const)
    test(`agree on class ${uid}: its names, its version, how a type is made, and the kinds of all fields that both have`, () => {
      const ours = eventOf(kind)
      assert.notEqual(ofClass(uid).length, 0)
      for (const event of ofClass(uid)) {
        for (const name of ['class_uid', 'class_name', 'category_uid', 'category_name'])
          assert.deepEqual(ours[name], event[name], name)
        assert.equal((ours['metadata'] as Event)['version'], (event['metadata'] as Event)['version'])
        assert.equal(event['type_uid'], Number(event['class_uid']) * 100 + Number(event['activity_id']))
        assert.deepEqual(
          sharedKinds(ours, event).filter(([, same]) => !same),
          [],
        )
      }
    })

  test('call a confirmed second factor by the same activity', () => {
    const activities = ofClass(3001).filter(({ message }) => /MFA|2-step/i.test(String(message)))
    assert.notEqual(activities.length, 0)
    for (const { activity_id, type_uid } of activities)
      assert.deepEqual(
        [activity_id, type_uid],
        [eventOf('factor-added')['activity_id'], eventOf('factor-added')['type_uid']],
      )
  })
})
