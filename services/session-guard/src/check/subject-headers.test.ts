import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectHeadersOf } from './subject-headers.ts'

const given = (raw: readonly string[]) =>
  Object.fromEntries(Object.entries(subjectHeadersOf(raw)).filter(([, value]) => value !== undefined))

test('whom a proxy asks about is read whatever the letter case; other headers are nobody’s business', () => {
  const raw = ['Host', 'guard', 'X-Watchword-User', 'alice', 'x-watchword-key', 'k', 'x-watchword-users', 'eve']
  assert.deepEqual(given(raw), { 'x-watchword-user': 'alice', 'x-watchword-key': 'k' })
})

test('bytes of a header are UTF-8, also where Node took them for Latin-1', () => {
  const latin1 = Buffer.from('Zoë 佐藤').toString('latin1')
  assert.deepEqual(given(['x-watchword-user', latin1]), { 'x-watchword-user': 'Zoë 佐藤' })
  assert.deepEqual(given(['x-watchword-user', 'zo\u00eb']), { 'x-watchword-user': 'zo\ufffd' })
})

test('an empty header is none, and the same one twice is refused, empty or not', () => {
  assert.deepEqual(given(['x-watchword-session', '', 'x-watchword-user', 'a']), { 'x-watchword-user': 'a' })
  for (const [first = '', second = ''] of [
    ['a', 'a'],
    ['', 'a'],
    ['a', ''],
    ['', ''],
  ])
    assert.throws(() => subjectHeadersOf(['x-watchword-user', first, 'X-Watchword-User', second]), {
      code: 'malformed',
      errors: [{ pointer: '/headers/x-watchword-user', detail: 'must not be given twice' }],
    })
})
