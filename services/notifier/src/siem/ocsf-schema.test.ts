import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hostile } from '../testing/hostile-raised.ts'
import { ocsfFaults } from '../testing/ocsf-faults.ts'
import { sampleRaised } from '../testing/sample-raised.ts'
import { ocsfEvent } from './ocsf-event.ts'
import { titles } from './titles.ts'

const kinds = Object.keys(titles) as readonly (keyof typeof titles)[]

describe('by the schema of OCSF 1.8.0', () => {
  for (const kind of kinds)
    test(`an event of ${kind} is valid, with everything known and with nothing`, () => {
      const whole = { ...sampleRaised, data: { ...sampleRaised.data, kind } }
      const { data } = whole
      const bare = { ...data, app: null, session: null, device: null, signals: [], score: null, level: null, facts: {} }
      assert.deepEqual(ocsfFaults(ocsfEvent(whole)), [])
      assert.deepEqual(ocsfFaults(ocsfEvent({ ...whole, data: bare })), [])
    })

  test('an event is valid whatever is in the fields of a notification', () => {
    fc.assert(fc.property(hostile, (raised) => assert.deepEqual(ocsfFaults(ocsfEvent(raised)), [])))
  })

  test('an event with something that the schema does not have, or not there, or of another kind, is none', () => {
    const event = ocsfEvent(sampleRaised)
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ class_uid: 9 }, /^class_uid/],
      [{ severity_id: 42 }, /^severity_id: not of its values/],
      [{ time: 'now' }, /^time: no long/],
      [{ surprise: 1 }, /^surprise: not known/],
      [{ finding_info: { title: 'x' } }, /^finding_info\.uid: missing/],
      [{ evidences: [{ verdict: 'x' }] }, /^evidences\[0\]\.: none of actor/],
    ]
    for (const [over, fault] of wrong) assert.match(ocsfFaults({ ...event, ...over })[0] ?? '', fault)
  })
})
