import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import fc from 'fast-check'
import { createRefusals, type PutAside, type Refusals } from './refusals.ts'

function recordsUpTo(count: number): readonly LogRecord[] {
  return Array.from({ length: count }, (_, offset) => ({
    topic: 't',
    partition: 0,
    offset,
    timestamp: 0,
    key: 'demo:alice',
    value: null,
    headers: {},
  }))
}

/** Sends what waits, as the sink does, to a table that refuses some records in some forms, until all is stored or nothing is left to be tried. */
function storeAll(
  refusals: Refusals,
  records: readonly LogRecord[],
  refuses: (record: LogRecord, form: PutAside['form'] | 'own') => boolean,
) {
  let waiting = records
  const stored: string[] = []
  let sent = 0
  while (waiting.length > 0) {
    const part = refusals.part(waiting)
    sent += 1
    const forms = part.map((record) => refusals.asideOf(record)?.form ?? 'own')
    if (part.some((record, at) => refuses(record, forms[at] ?? 'own'))) {
      if (!refusals.refused(part, 'why')) break
      continue
    }
    stored.push(...part.map(({ offset }, at) => `${offset} ${forms[at]}`))
    refusals.stored(part)
    waiting = waiting.slice(part.length)
  }
  return { stored, sent }
}

test('everything is stored once and in its order, and exactly what is refused is put aside, whichever of a batch it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.uniqueArray(fc.nat(299), { maxLength: 9 }), (count, offsets) => {
      const bad = new Set(offsets)
      const records = recordsUpTo(count)
      const { stored, sent } = storeAll(
        createRefusals(),
        records,
        ({ offset }, form) => form === 'own' && bad.has(offset),
      )
      assert.deepEqual(
        stored,
        records.map(({ offset }) => `${offset} ${bad.has(offset) ? 'whole' : 'own'}`),
      )
      assert.ok(sent <= 1 + offsets.length * (Math.log2(count) + 4), `${sent} inserts`)
    }),
  )
})

test('what is refused whole as well is kept as a digest, and told with its place when it is stored', () => {
  const refusals = createRefusals()
  const [record] = recordsUpTo(1)
  assert.ok(record)
  for (const reason of ['one', 'two']) assert.ok(refusals.refused([record], reason))
  assert.deepEqual(refusals.asideOf(record), { reason: 'two', form: 'digest' })
  assert.deepEqual(refusals.stored([record]), [{ topic: 't', partition: 0, offset: 0, reason: 'two', form: 'digest' }])
  assert.equal(refusals.searching, false)
})

test('a record that is refused in every form is left to be sent as it is, and nothing is put aside for it', () => {
  const refusals = createRefusals()
  const records = recordsUpTo(8)
  const first = storeAll(refusals, records, () => true)
  assert.deepEqual(first.stored, [])
  assert.equal(records[0] && refusals.asideOf(records[0]), undefined)
  assert.deepEqual(
    storeAll(refusals, records, () => false).stored,
    records.map(({ offset }) => `${offset} own`),
  )
})

test('when more than 1 % of a thousand records are refused, no more are put aside', () => {
  const refusals = createRefusals()
  const all = storeAll(refusals, recordsUpTo(100), (_, form) => form === 'own')
  assert.equal(all.stored.length, 9)
  const later = createRefusals()
  const rare = storeAll(later, recordsUpTo(3_000), ({ offset }, form) => form === 'own' && offset % 200 === 0)
  assert.equal(rare.stored.length, 3_000)
})

test('views are passed for ten inserts at most of those that a view refuses without end, and for each of rare ones', () => {
  const [record] = recordsUpTo(1)
  assert.ok(record)
  const passed = (every: number): number => {
    const refusals = createRefusals()
    let times = 0
    for (let insert = 0; insert < 2_000; insert += 1) {
      if (insert % every === 0 && !refusals.tooManyByViews) {
        refusals.storedPastView()
        times += 1
      }
      refusals.stored([record])
    }
    return times
  }
  assert.equal(passed(200), 10)
  assert.ok(passed(1) < 30)
})
