import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalComponents } from '../src/canonical-components.ts'
import { parseFrame } from '../src/frame.ts'
import { concerns, parseLock } from '../src/lock.ts'
import { reconnectDelayMs, restartHintMs } from '../src/reconnect-delay.ts'

test('waits a random part of an exponentially growing span of at most 30 s', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const delay = reconnectDelayMs(attempt, () => random)
      assert.ok(delay >= 0 && delay < 30_000)
    }),
    { numRuns: 200 },
  )
  assert.equal(
    reconnectDelayMs(0, () => 0.5),
    125,
  )
  assert.equal(
    reconnectDelayMs(3, () => 0.5),
    1_000,
  )
})

test('follows the hint of a restarting guard and of no other close', () => {
  assert.equal(restartHintMs(1012, 'retry in 1500 ms'), 1_500)
  assert.equal(restartHintMs(1012, 'retry in 999999 ms'), 30_000)
  assert.equal(restartHintMs(1012, 'soon'), 0)
  assert.equal(restartHintMs(1006, '1500'), 0)
})

test('writes equal components as one text, whatever their order, without those that are missing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(fc.string(), fc.boolean())), (components) => {
      const turned = Object.fromEntries(Object.entries(components).toReversed())
      assert.equal(canonicalComponents(turned), canonicalComponents(components))
    }),
    { numRuns: 200 },
  )
  assert.equal(canonicalComponents({ b: 1, a: undefined }), canonicalComponents({ b: 1 }))
  assert.notEqual(canonicalComponents({ a: 'x' }), canonicalComponents({ a: 'y' }))
})

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
  assert.deepEqual([concerns(bySession, 's-1', undefined), concerns(bySession, 's-2', undefined)], [true, false])
  assert.deepEqual(
    [concerns(byDevice, 's-2', undefined), concerns(byDevice, 's-2', 'd-1'), concerns(byDevice, 's-2', 'd-2')],
    [true, true, false],
  )
})

test('takes no frame with a lock it cannot read, and none it has never heard of for a lock', () => {
  assert.equal(parseFrame('{"type":"state","seq":1,"user":"a","locks":[{}]}'), undefined)
  assert.equal(parseFrame('{"type":"mfa-required","seq":1,"user":"a"}'), undefined)
  assert.equal(parseFrame('no json'), undefined)
  assert.deepEqual(parseFrame('{"type":"approval-requested"}'), { type: 'other' })
})
