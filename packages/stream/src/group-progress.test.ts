import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventLog } from '@watchword/event-log'
import fc from 'fast-check'
import { createGroupProgress } from './group-progress.ts'
import { openWorld, until, type World } from './testing/world.ts'

const config = { group: 'folders', topic: 'in' }

/** Commits as whoever folds the partitions does; nothing is folded. */
async function openGroup(log: EventLog) {
  const held = new Set<number>()
  const member = await log.join({
    ...config,
    onAssigned: async (partition) => {
      held.add(partition)
      return null
    },
    onRecords: async () => undefined,
    onRevoked: async () => undefined,
    onError: assert.fail,
  })
  await until(() => held.size === 2)
  return member
}

const always = { isWanted: () => true }

test('a partition is settled as of the question for its end that the commits have reached', async () => {
  const { log, clock, send } = openWorld()
  const member = await openGroup(log)
  const progress = createGroupProgress(config, { log, clock, ...always })
  assert.equal(progress.settledMs(0), Number.POSITIVE_INFINITY)
  await until(() => progress.settledMs(0) === 0)
  await send(['a:1'])
  clock.advance(500)
  await until(() => progress.settledMs(1) === 0)
  assert.equal(progress.settledMs(0), 500, 'what was sent is not settled')
  await member.commit(0, 1)
  clock.advance(700)
  await until(() => progress.settledMs(0) === 0)
  await progress.stop()
  await log.close()
})

test('the age grows while the log does not answer, and nobody asks it when nobody wants to know', async () => {
  const { log, clock } = openWorld()
  let isMute = false
  let isWanted = true
  let questions = 0
  const ends = (topic: string) => {
    questions += 1
    return isMute ? Promise.reject(new Error('gone')) : log.ends(topic)
  }
  const progress = createGroupProgress(config, { log: { ...log, ends }, clock, isWanted: () => isWanted })
  await until(() => progress.settledMs(0) === 0)
  isMute = true
  for (const asked of [2, 3, 4]) {
    clock.advance(500)
    await until(() => questions === asked)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(progress.settledMs(0), 1500)
  clock.set(clock.now() - 3_600_000)
  assert.equal(progress.settledMs(0), 1500, 'a clock that is set back makes nothing younger')
  isMute = false
  isWanted = false
  clock.advance(500)
  assert.deepEqual([progress.settledMs(0), questions], [2000, 4])
  isWanted = true
  clock.advance(500)
  await until(() => progress.settledMs(0) === 0)
  await progress.stop()
  await log.close()
})

/** What one partition has gone through: at each moment of the clock, its end. */
type Past = Readonly<{ at: number; end: number }>[]

function endAt(past: Past, at: number): number {
  return past.findLast((known) => known.at <= at)?.end ?? 0
}

type Op =
  | Readonly<{ type: 'send'; partition: number; count: number }>
  | Readonly<{ type: 'commit'; partition: number; back: number }>
  | Readonly<{ type: 'wait'; ms: number }>
  | Readonly<{ type: 'answer' }>

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ type: fc.constant('send'), partition: fc.nat(1), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('commit'), partition: fc.nat(1), back: fc.nat(3) }),
  fc.record({ type: fc.constant('wait'), ms: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ type: fc.constant('answer') }),
  fc.record({ type: fc.constant('answer') }),
)

/** The same log, whose answers are made at once or late, and come when they are let go. */
function hesitant(log: World['log'], early: () => boolean) {
  const held: (() => void)[] = []
  const hold = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    const known = early() ? await ask() : undefined
    await new Promise<void>((resolve) => held.push(resolve))
    return known ?? ask()
  }
  return {
    log: {
      ends: (topic: string) => hold(() => log.ends(topic)),
      committed: (group: string, topic: string) => hold(() => log.committed(group, topic)),
    },
    answer: () => held.shift()?.(),
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('whatever the log answers late, what was durable when a partition counted as settled is committed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 60 }), fc.array(fc.boolean()), async (ops, coins) => {
      const { log, clock, send } = openWorld()
      const member = await openGroup(log)
      const left = [...coins]
      const { log: slow, answer } = hesitant(log, () => left.shift() ?? true)
      const progress = createGroupProgress(config, { log: slow, clock, ...always })
      const pasts: readonly [Past, Past] = [[], []]
      for (const next of ops) {
        clock.advance(1)
        if (next.type === 'send') await send(Array<string>(next.count).fill('a:1'), next.partition)
        if (next.type === 'wait') clock.advance(next.ms)
        if (next.type === 'answer') answer()
        const ends = await log.ends('in')
        if (next.type === 'commit')
          await member.commit(next.partition, Math.max(0, (ends[next.partition] ?? 0) - next.back))
        pasts.forEach((past, partition) => past.push({ at: clock.now(), end: ends[partition] ?? 0 }))
        await turns()
        const committed = await log.committed(config.group, 'in')
        pasts.forEach((past, partition) => {
          const settled = progress.settledMs(partition)
          if (settled === Number.POSITIVE_INFINITY) return
          assert.ok((committed[partition] ?? 0) >= endAt(past, clock.now() - settled))
        })
      }
      let isStopped = false
      void progress.stop().then(() => (isStopped = true))
      await until(() => {
        answer()
        return isStopped
      })
      await log.close()
    }),
    { numRuns: 100 },
  )
})
