import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import fc from 'fast-check'
import { createCompactedView } from './compacted-view.ts'
import { textOf } from './testing/world.ts'

function record(key: string, version: number, value: string | null, more: Partial<LogRecord> = {}): LogRecord {
  const bytes = value === null ? null : Buffer.from(value)
  const headers = { 'ww-version': String(version) }
  return { topic: 't', partition: 0, offset: 0, timestamp: 0, key, value: bytes, headers, ...more }
}

function view() {
  return createCompactedView<string>(
    { tombstoneRetentionMs: 1000 },
    { decode: ({ value }) => textOf(value), onUndecodable: () => 'undecodable' },
  )
}

test('in whatever order the versions of a key arrive, the highest stays, and a deleted key stays deleted', () => {
  const versions = fc.uniqueArray(fc.record({ version: fc.nat(50), gone: fc.boolean() }), {
    selector: ({ version }) => version,
    minLength: 1,
  })
  fc.assert(
    fc.property(versions, (all) => {
      const locks = view()
      for (const { version, gone } of all) locks.apply(record('k', version, gone ? null : `v${version}`))
      const highest = all.reduce((a, b) => (a.version > b.version ? a : b))
      assert.equal(locks.get('k'), highest.gone ? undefined : `v${highest.version}`)
      assert.equal(locks.versionOf('k'), highest.version)
      assert.equal(locks.size, highest.gone ? 0 : 1)
    }),
  )
})

test('of two records of one input the later one stays, also when both are repeated', () => {
  const locks = view()
  const first = record('k', 3, 'first', { headers: { 'ww-version': '3', 'ww-source': 's/0/3/0' } })
  const second = record('k', 3, 'second', { headers: { 'ww-version': '3', 'ww-source': 's/0/3/1' } })
  for (const each of [first, second, first]) locks.apply(each)
  assert.equal(locks.get('k'), 'second')
})

test('without a version the order of the log counts', () => {
  const locks = view()
  locks.apply(record('k', 0, 'new', { headers: {}, offset: 9 }))
  locks.apply(record('k', 0, 'old', { headers: {}, offset: 8 }))
  assert.equal(locks.get('k'), 'new')
})

test('listeners hear of every change with what was there before, and of nothing stale or repeated', () => {
  const locks = view()
  const heard: unknown[] = []
  const stop = locks.onChange((...change) => heard.push(change))
  locks.apply(record('k', 1, 'a'))
  locks.apply(record('k', 3, 'c'))
  locks.apply(record('k', 2, 'b'))
  locks.apply(record('k', 3, 'c'))
  locks.apply(record('k', 4, null))
  locks.apply(record('k', 5, null))
  stop()
  locks.apply(record('k', 6, 'd'))
  assert.deepEqual(heard, [
    ['k', 'a', undefined],
    ['k', 'c', 'a'],
    ['k', undefined, 'c'],
  ])
})

test('versions of deleted keys are forgotten when their tombstones may be', () => {
  const locks = view()
  locks.apply(record('old', 1, null, { timestamp: 0 }))
  locks.apply(record('new', 2, null, { timestamp: 1001 }))
  assert.equal(locks.versionOf('old'), undefined)
  assert.equal(locks.versionOf('new'), 2)
})

test('a record that cannot be decoded is what the owner says it is', () => {
  const locks = createCompactedView<string>(
    {},
    {
      decode: () => {
        throw new SyntaxError('no')
      },
      onUndecodable: ({ key }) => `unknown ${key}`,
    },
  )
  locks.apply(record('k', 1, 'x'))
  assert.equal(locks.get('k'), 'unknown k')
})
