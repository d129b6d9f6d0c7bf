import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { UserFrame } from '../src/frame.ts'
import { parseLock } from '../src/lock.ts'
import { applyUserFrame, noUserLocks, type UserLocks } from '../src/user-locks.ts'

const lockOf = (id: string, version = 1) => {
  const lock = parseLock({ id, version })
  assert.ok(lock !== undefined)
  return lock
}

/** What a guard would send for a sequence of changes, each with the state it leads to. */
const script = fc.array(
  fc.record({
    slot: fc.nat(3),
    change: fc.constantFrom('lock', 'raise', 'unlock', 'end'),
    loseDelta: fc.boolean(),
    stateAfter: fc.boolean(),
    repeats: fc.nat(2),
  }),
  { maxLength: 60 },
)

test('whatever is lost or repeated, no event comes twice and a state leaves exactly the locks of the guard', () => {
  fc.assert(
    fc.property(script, (steps) => {
      let known: UserLocks = noUserLocks
      const locks = new Map<string, ReturnType<typeof lockOf>>()
      const ended: string[] = []
      const told = new Map<string, number>()
      const history: UserFrame[] = []
      let seq = 0
      let made = 0
      const bySlot = new Map<number, string>()
      const receive = (frame: UserFrame): void => {
        const { next, changes } = applyUserFrame(known, frame)
        known = next
        for (const change of changes) {
          const name = change.type === 'session-ended' ? change.session : `${change.lock.id}@${change.lock.version}`
          const event = `${change.type} ${name}`
          told.set(event, (told.get(event) ?? 0) + 1)
        }
      }
      for (const { slot, change, loseDelta, stateAfter, repeats } of steps) {
        const id = bySlot.get(slot)
        seq++
        const head = { seq, user: 'alice' }
        let delta: UserFrame
        if (change === 'end') {
          ended.push(`s-${seq}`)
          delta = { type: 'session-ended', ...head, session: `s-${seq}` }
        } else if (change === 'unlock' && id !== undefined) {
          locks.delete(id)
          bySlot.delete(slot)
          delta = { type: 'unlocked', ...head, lockId: id, by: 'operator' }
        } else {
          const name = id ?? `l-${made++}`
          const lock = lockOf(name, (locks.get(name)?.version ?? 0) + 1)
          bySlot.set(slot, name)
          locks.set(name, lock)
          delta = { type: 'mfa-required', ...head, lock }
        }
        const state: UserFrame = { type: 'state', ...head, locks: [...locks.values()], endedSessions: [...ended] }
        if (!loseDelta) history.push(delta)
        for (let time = loseDelta ? repeats : -1; time < repeats; time++) receive(delta)
        if (stateAfter) {
          receive(state)
          // What an older replica would say changes nothing.
          for (const old of history) if (old.seq < seq) receive(old)
          assert.deepEqual([...known.locks.keys()].sort(), [...locks.keys()].sort())
          assert.deepEqual([...known.ended], ended)
        }
      }
      for (const [event, times] of told) assert.equal(times, 1, event)
    }),
    { numRuns: 300 },
  )
})
