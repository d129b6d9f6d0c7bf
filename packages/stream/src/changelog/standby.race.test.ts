import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventLog, LogError } from '@watchword/event-log'
import { createMemoryStateStore } from '../memory-state-store.ts'
import { look, type Machine, openMachine, rowsOf, saveRows, standbyEveryMs } from '../testing/machine.ts'
import { openWorld, stateTombstoneRetentionMs, type World } from '../testing/world.ts'

async function openOwner(world: World): Promise<Machine> {
  const owner = openMachine(world)
  await owner.store.prepare(0)
  await saveRows(owner.store, 2, { a: '1', b: '1' })
  return owner
}

/** A log whose next answer to a question is held back. */
function holdingBack(log: EventLog) {
  let held: { question: 'begins' | 'ends'; asked: () => void; until: Promise<void> } | undefined
  async function answer(question: 'begins' | 'ends', topic: string): Promise<readonly number[]> {
    const answered = await log[question](topic)
    if (held?.question !== question) return answered
    const { asked, until: released } = held
    held = undefined
    asked()
    await released
    return answered
  }
  function hold(question: 'begins' | 'ends') {
    const [asked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    held = { question, asked: asked.resolve, until: release.promise }
    return { asked: asked.promise, release: release.resolve }
  }
  return {
    log: { ...log, begins: (topic: string) => answer('begins', topic), ends: (topic: string) => answer('ends', topic) },
    hold,
  }
}

/** A standby that takes the partition over, as far as its first question, which waits for `answer`. */
async function takingOver() {
  const world = openWorld()
  const owner = await openOwner(world)
  const { log, hold } = holdingBack(world.log)
  const standby = openMachine(world, { log, standbyEveryMs })
  const answer = hold('begins')
  const preparing = standby.store.prepare(0)
  await answer.asked
  return { world, owner, standby, preparing, answer: answer.release }
}

test('a partition that is taken over while a look is under way is not followed any more', async () => {
  const { world, owner, standby, preparing, answer } = await takingOver()
  await saveRows(owner.store, 4, { a: '2' })
  const looking = look(world, standby)
  await world.log.ends('state')
  answer()
  await Promise.all([preparing, looking])
  assert.equal(standby.store.position(0)?.nextOffset, 2)
  await standby.store.release(0)
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
})

test('a look that began before a partition was held, saved and given up reads nothing anew', async () => {
  const world = openWorld()
  await openOwner(world)
  const { log, hold } = holdingBack(world.log)
  const reads: number[] = []
  const read: EventLog['read'] = (topic, partition, from, limit) => {
    if (partition === 0) reads.push(from)
    return log.read(topic, partition, from, limit)
  }
  const standby = openMachine(world, { log: { ...log, read }, standbyEveryMs })
  const answer = hold('ends')
  const looking = look(world, standby)
  await answer.asked
  await standby.store.prepare(0)
  await saveRows(standby.store, 4, { a: '2' })
  await standby.store.release(0)
  reads.length = 0
  answer.release()
  await looking
  assert.deepEqual(reads, [])
})

test('a partition that is given up while it is taken over is followed again', async () => {
  const { world, owner, standby, preparing, answer } = await takingOver()
  const releasing = standby.store.release(0)
  answer()
  await Promise.all([preparing, releasing])
  await saveRows(owner.store, 4, { a: '2' })
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
})

test('a copy whose rest was read in part is as old as before: what was forgotten may have left the changelog', async () => {
  const world = openWorld()
  const local = createMemoryStateStore()
  const first = openMachine(world, { local })
  await first.store.prepare(0)
  await saveRows(first.store, 2, { a: '1', b: '1' })
  const owner = await openOwner(world)
  await saveRows(owner.store, 4, { a: '2' })
  await saveRows(owner.store, 6, { b: null })

  const reads: number[] = []
  const gone = new Set<number>()
  const read: EventLog['read'] = async (topic, partition, from) => {
    if (topic === 'state' && partition === 0) reads.push(from)
    const records = await world.log.read(topic, partition, from, 1000)
    const left = records.filter(({ offset }) => topic !== 'state' || partition !== 0 || !gone.has(offset))
    return left.slice(0, 1)
  }
  let isAway = false
  const log: EventLog = {
    ...world.log,
    read: (...place) =>
      isAway && reads.length > 1 ? Promise.reject(new LogError('log-unavailable', 'gone')) : read(...place),
  }
  world.clock.advance(stateTombstoneRetentionMs - 1)
  isAway = true
  const next = openMachine(world, { log, local })
  await assert.rejects(next.store.prepare(0), { code: 'log-unavailable' })
  // Meanwhile b and that it was forgotten have both been compacted away.
  for (const { offset, key } of await world.readAll('state')) if (key === 'row:b') gone.add(offset)
  isAway = false
  world.clock.advance(1)
  await next.store.prepare(0)
  assert.deepEqual(rowsOf(next.store), [['a', '2']])
})

test('what a new leader does not show yet is followed when it does, also when the partition was taken over meanwhile', async () => {
  for (const isTakenOver of [false, true]) {
    const world = openWorld()
    const owner = await openOwner(world)
    let hidden = Number.POSITIVE_INFINITY
    const read: EventLog['read'] = async (...place) =>
      (await world.log.read(...place)).filter(({ offset }) => offset < hidden)
    const standby = openMachine(world, { log: { ...world.log, read }, standbyEveryMs })
    await look(world, standby)
    hidden = (await world.log.ends('state'))[0] ?? 0
    await saveRows(owner.store, 6, { a: '2', c: '1' })
    if (isTakenOver) await standby.store.prepare(0)
    else await look(world, standby)
    assert.equal(standby.store.position(0)?.nextOffset, 2)
    hidden = Number.POSITIVE_INFINITY
    if (isTakenOver) {
      // It folds what was folded before, and ends in the middle of that.
      await saveRows(standby.store, 4, { a: '2' })
      await standby.store.release(0)
    }
    await owner.store.release(0)
    await owner.store.prepare(0)
    await saveRows(owner.store, 8, { d: '1' })
    await look(world, standby)
    assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
    assert.equal(standby.store.position(0)?.nextOffset, 8)
  }
})
