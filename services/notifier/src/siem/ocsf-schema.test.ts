import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hostile } from '../testing/hostile-raised.ts'
import schema from '../testing/ocsf-1.8.0.json' with { type: 'json' }
import { ocsfFaults } from '../testing/ocsf-faults.ts'
import { sampleRaised } from '../testing/sample-raised.ts'
import { ocsfEvent } from './ocsf-event.ts'
import { titles } from './titles.ts'

const kinds = Object.keys(titles) as readonly (keyof typeof titles)[]

describe('by the schema of OCSF 1.8.0', () => {
  test('which is as tools/ocsf/main.ts has compiled it: nobody has changed it by hand', () => {
    const { version, classes, objects } = schema
    const text = JSON.stringify({ version, classes, objects })
    assert.equal(createHash('sha256').update(text).digest('hex'), schema.sha256)
  })

  for (const kind of kinds)
    test(`an event of ${kind} is valid, with everything known and with nothing`, () => {
      const whole = { ...sampleRaised, data: { ...sampleRaised.data, kind } }
      const { data } = whole
      const nowhere = { ip: null, country: null, userAgent: null }
      const unjudged = { signals: [], score: null, level: null }
      const bare = { ...data, ...nowhere, ...unjudged, app: null, session: null, device: null, facts: {} }
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
      [
        { evidences: [{ src_endpoint: { location: { country: 'DE' } } }] },
        /^evidences\[0\]\.src_endpoint\.: none of ip/,
      ],
    ]
    for (const [over, fault] of wrong) assert.match(ocsfFaults({ ...event, ...over })[0] ?? '', fault)
  })
})
