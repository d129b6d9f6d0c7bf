import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSilentBypass, promptOf } from '@watchword/admission'

type Row = readonly [user: 0 | 1, credentials: 0 | 1, on: 0 | 1, reachable: 0 | 1, over: 0 | 1, expected: string]

const asked = 'asked'
const user = 'user-mismatch'
const credentials = 'credentials-rejected'
const away = 'unreachable'
const off = 'second-factor-off'
const window = 'window-active'

/** user matches, credentials accepted, second factor on, reachable, window over: who is asked, and why not. */
const rows: readonly Row[] = [
  [0, 0, 0, 0, 0, user],
  [0, 0, 0, 0, 1, user],
  [0, 0, 0, 1, 0, user],
  [0, 0, 0, 1, 1, user],
  [0, 0, 1, 0, 0, user],
  [0, 0, 1, 0, 1, user],
  [0, 0, 1, 1, 0, user],
  [0, 0, 1, 1, 1, user],
  [0, 1, 0, 0, 0, user],
  [0, 1, 0, 0, 1, user],
  [0, 1, 0, 1, 0, user],
  [0, 1, 0, 1, 1, user],
  [0, 1, 1, 0, 0, user],
  [0, 1, 1, 0, 1, user],
  [0, 1, 1, 1, 0, user],
  [0, 1, 1, 1, 1, user],
  [1, 0, 0, 0, 0, credentials],
  [1, 0, 0, 0, 1, credentials],
  [1, 0, 0, 1, 0, credentials],
  [1, 0, 0, 1, 1, credentials],
  [1, 0, 1, 0, 0, credentials],
  [1, 0, 1, 0, 1, credentials],
  [1, 0, 1, 1, 0, credentials],
  [1, 0, 1, 1, 1, credentials],
  [1, 1, 0, 0, 0, away],
  [1, 1, 0, 0, 1, away],
  [1, 1, 0, 1, 0, off],
  [1, 1, 0, 1, 1, off],
  [1, 1, 1, 0, 0, away],
  [1, 1, 1, 0, 1, away],
  [1, 1, 1, 1, 0, window],
  [1, 1, 1, 1, 1, asked],
]

test('the table has every combination of the five conditions once', () => {
  const combinations = new Set(rows.map((row) => row.slice(0, 5).join('')))
  assert.equal(rows.length, 32)
  assert.equal(combinations.size, 32)
})

for (const [userMatches, credentialsAccepted, secondFactorOn, reachable, windowOver, expected] of rows) {
  const bits = [userMatches, credentialsAccepted, secondFactorOn, reachable, windowOver]
  test(`${bits.join(' ')}: ${expected}`, () => {
    const prompting = promptOf({
      userMatches: userMatches === 1,
      credentialsAccepted: credentialsAccepted === 1,
      secondFactorOn: secondFactorOn === 1,
      reachable: reachable === 1,
      windowOver: windowOver === 1,
    })
    assert.equal(prompting.prompt, expected === asked)
    assert.equal(prompting.reason, expected === asked ? null : expected)
    assert.equal(prompting.protectedOpen, expected === window, 'nothing but a verification opens what is protected')
    assert.equal(prompting.identified, ![user, credentials, away].includes(expected))
  })
}

test('three of the ways not to be asked are silent elsewhere', () => {
  const silent = [user, credentials, away, off, window].filter(isSilentBypass)
  assert.deepEqual(silent, [user, away, off])
})
