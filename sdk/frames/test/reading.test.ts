import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFrame } from '../src/frame.ts'
import { lockApplies, parseLock } from '../src/lock.ts'

test('reads a lock without a readable scope as one of the whole user', () => {
  const lock = parseLock({ id: 'l', version: 1, scope: 'session', factors: ['totp', 7] })
  assert.equal(lock?.scope, 'user')
  assert.deepEqual(lock?.factors, ['totp'])
  assert.equal(parseLock({ version: 1 }), undefined)
})

test('shows a lock to the session it is about and to no other', () => {
  const base = { id: 'l', version: 1, session: 's-1', device: 'd-1' }
  const bySession = parseLock({ ...base, scope: 'session' })
  const byDevice = parseLock({ ...base, scope: 'device' })
  assert.ok(bySession !== undefined && byDevice !== undefined)
  assert.deepEqual([lockApplies(bySession, 's-1', undefined), lockApplies(bySession, 's-2', undefined)], [true, false])
  assert.deepEqual(
    [lockApplies(byDevice, 's-2', undefined), lockApplies(byDevice, 's-2', 'd-1'), lockApplies(byDevice, 's-2', 'd-2')],
    [true, true, false],
  )
})

test('takes no frame with a lock it cannot read, and none it has never heard of for a lock', () => {
  assert.equal(parseFrame('{"type":"state","seq":1,"user":"a","locks":[{}]}'), undefined)
  assert.equal(parseFrame('{"type":"mfa-required","seq":1,"user":"a"}'), undefined)
  assert.equal(parseFrame('no json'), undefined)
  assert.deepEqual(parseFrame('{"type":"approval-requested"}'), {
    type: 'other',
    name: 'approval-requested',
    content: { type: 'approval-requested' },
  })
})
