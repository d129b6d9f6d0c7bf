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

test('an exact lock applies to what it names and nothing else; one without a name is as wide as ever', () => {
  const exact = { exact: true } as const
  const lock = (value: object) => parseLock({ id: 'l-1', version: 1, ...exact, ...value }) ?? assert.fail()
  const device = lock({ scope: 'device', device: 'd-1' })
  assert.equal(lockApplies(device, 's-1', 'd-1'), true)
  for (const [session, named] of [
    ['s-1', undefined],
    [undefined, undefined],
    [undefined, 'd-2'],
  ] as const)
    assert.equal(lockApplies(device, session, named), false)
  const session = lock({ scope: 'session', session: 's-1' })
  assert.deepEqual([lockApplies(session, 's-1', undefined), lockApplies(session, undefined, 'd-1')], [true, false])
  assert.equal(lockApplies(lock({ scope: 'device' }), 's-2', 'd-2'), true)
})
