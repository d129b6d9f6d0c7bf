import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeenContexts } from './seen-contexts.ts'

describe('the contexts that were seen', () => {
  const sender = { tenant: 'demo', app: 'bank' }
  const seen = { user: 'alice', session: 's-1', ip: '198.51.100.7', device: 'd-1' }

  it('are those of each session, however often it goes from one to the other', () => {
    const contexts = createSeenContexts('key')
    const other = { ...seen, ip: '2001:db8::7' }
    for (const each of [seen, other, seen]) contexts.note(sender, { ...each })
    assert.deepEqual(
      [seen, other, { ...seen, ip: '203.0.113.9' }].map((each) => contexts.has(sender, each)),
      [true, true, false],
    )
  })

  it('are told apart by all that a judgement looks at, and by who sends them', () => {
    const contexts = createSeenContexts('key')
    contexts.note(sender, { ...seen, network: { country: 'DE', asn: 1 } })
    assert.ok(contexts.has(sender, { ...seen, network: { country: 'DE', asn: 1 } }))
    for (const over of [{ network: { country: 'KP', asn: 1 } }, {}, { deviceOwner: 'bob' }])
      assert.equal(contexts.has(sender, { ...seen, ...over }), false)
    assert.equal(contexts.has({ tenant: 'demo', app: 'shop' }, { ...seen, network: { country: 'DE', asn: 1 } }), false)
    assert.equal(contexts.has({ tenant: 'x', app: 'bank' }, { ...seen, network: { country: 'DE', asn: 1 } }), false)
  })

  it('are found by nobody who does not know the key of the process', () => {
    const [one, other] = [createSeenContexts('one', 1), createSeenContexts('other', 1)]
    one.note(sender, seen)
    other.note(sender, { ...seen, user: 'bob' })
    assert.deepEqual([one.has(sender, seen), other.has(sender, seen)], [true, false])
  })

  it('make room for those that come later: of a place the last two stay', () => {
    const contexts = createSeenContexts('key', 1)
    const sessions = ['s-1', 's-2', 's-3'].map((session) => ({ ...seen, session }))
    for (const each of sessions) contexts.note(sender, each)
    assert.deepEqual(
      sessions.map((each) => contexts.has(sender, each)),
      [false, true, true],
    )
  })

  it('are two million at most, of which hardly any is lost while there are half as many', () => {
    const contexts = createSeenContexts('key', 2 ** 12)
    const sessions = Array.from({ length: 2 ** 12 }, (_, index) => ({ ...seen, session: `s-${index}` }))
    for (const each of sessions) contexts.note(sender, each)
    const lost = sessions.filter((each) => !contexts.has(sender, each)).length / sessions.length
    assert.ok(lost < 0.15, `${lost}`)
  })
})
