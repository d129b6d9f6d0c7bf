import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64url, toBase64url } from '../src/base64url.ts'
import { canonicalComponents } from '../src/canonical-components.ts'
import { challengeTexts, waitingTime } from '../src/challenge-texts.ts'
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

test('writes bytes as the base64url of WebAuthn, and reads them again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toBase64url(bytes)
      assert.equal(text, Buffer.from(bytes).toString('base64url'))
      assert.deepEqual(fromBase64url(text), bytes)
    }),
  )
})

test('has every text in English and in German, and takes an app’s own', () => {
  const english = challengeTexts('fr')
  const german = challengeTexts('de-AT', { title: 'Hallo' })
  assert.deepEqual(Object.keys(german).toSorted(), Object.keys(english).toSorted())
  assert.equal(german.title, 'Hallo')
  for (const [name, text] of Object.entries(english)) {
    const placeholders = (of: string): string[] => of.match(/{\w+}/g) ?? []
    assert.deepEqual(placeholders(german[name as keyof typeof german]), name === 'title' ? [] : placeholders(text))
  }
  assert.deepEqual([900, 45_000, 125_000, 3_780_000].map(waitingTime), ['1 s', '45 s', '2 min 5 s', '1 h 3 min'])
})
