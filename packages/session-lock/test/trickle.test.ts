import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attemptsLeft, retryAt } from '../src/index.ts'
import { DAY, type GivenLocks, locked, MINUTE, requireProof, submit, types } from './lock-commands.ts'

const attemptsAllowed = 3

/** Wrong answers at the rate that no quarter of an hour has too many of. */
function trickled(count: number): Readonly<{ world: GivenLocks; at: number }> {
  let world = locked()
  let at = 1000
  for (let made = 0; made < count; made += 1) {
    at += made % (attemptsAllowed - 1) === 0 ? 16 * MINUTE : 1
    world = world.and(submit(at, { passed: false }))
  }
  return { world, at: at + 16 * MINUTE }
}

describe('a trickle of wrong answers, one below the limit every 15 minutes', () => {
  test('is blocked for 24 hours at the hundredth in a row, and ends the session', () => {
    const { world, at } = trickled(99)
    assert.equal(retryAt(world.state, at), null)
    assert.deepEqual(
      world.state.locks.map((lock) => attemptsLeft(world.state, lock, at)),
      [1],
    )
    const { events, after } = world.when(submit(at, { passed: false }))
    assert.deepEqual(types(events), ['VerificationFailed', 'AttemptsSpent', 'SessionEnded'])
    assert.equal(retryAt(after.state, at), at + DAY)
  })

  test('is blocked for another 24 hours by every further one, in a new session as well', () => {
    const { world, at } = trickled(100)
    const again = at + 2 * DAY
    const relocked = world.and(requireProof(again, { session: 's-2' }))
    const lock = relocked.state.locks.find((one) => one.session === 's-2')
    const answer = { lock: lock?.id ?? '', lockVersion: again, session: 's-2', passed: false }
    const { events, after } = relocked.when(submit(again + 1, answer))
    assert.deepEqual(types(events), ['VerificationFailed', 'AttemptsSpent', 'SessionEnded'])
    assert.equal(retryAt(after.state, again + 1), again + 1 + DAY)
  })

  test('is forgiven by a verification alone', () => {
    const { world, at } = trickled(99)
    const { attempts } = world.and(submit(at)).state
    assert.equal(attempts.consecutiveFailures, 0)
    assert.equal(world.state.attempts.consecutiveFailures, 99)
  })
})
