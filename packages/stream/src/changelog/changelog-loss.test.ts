import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventLog, LogError } from '@watchword/event-log'
import { createMemoryStateStore } from '../memory-state-store.ts'
import { look, openMachine, rowsOf, saveRows, standbyEveryMs } from '../testing/machine.ts'
import { openWorld, until } from '../testing/world.ts'

/** A log that can lose what was acknowledged: all but the first records of the changelog. */
function openLosing() {
  const world = openWorld()
  let current = world.log
  const log: EventLog = {
    ...world.log,
    append: (records) => current.append(records),
    read: (...place) => current.read(...place),
    begins: (topic) => current.begins(topic),
    ends: (topic) => current.ends(topic),
  }
  async function lose(kept: number): Promise<void> {
    const records = (await log.read('state', 0, 0, 1000)).slice(0, kept)
    current = openWorld().log
    await log.append(
      records.map(({ topic, partition, key, value, headers }) => ({ topic, partition, key, value, headers })),
    )
  }
  return { world, log, lose }
}

test('an owner whose changelog loses its end says all of its state again, also what is no more', async () => {
  for (const kept of [0, 1, 3, 5, 6]) {
    for (const isSaved of [true, false]) {
      const { world, log, lose } = openLosing()
      const owner = openMachine(world, { log })
      await owner.store.prepare(0)
      await saveRows(owner.store, 2, { a: '1', b: '1' })
      await saveRows(owner.store, 4, { b: null, c: '1' })
      await saveRows(owner.store, 6, { d: '1' })
      await lose(kept)
      if (isSaved) await saveRows(owner.store, 8, { e: '1' })
      else {
        const [before = 0] = await log.ends('state')
        world.clock.advance(60_000)
        await until(async () => ((await log.ends('state'))[0] ?? 0) > before + 3)
        // After the look that is under way.
        await owner.store.release(0)
      }
      const other = openMachine(world, { log })
      await other.store.prepare(0)
      assert.deepEqual(rowsOf(other.store), rowsOf(owner.store), `${kept} kept`)
    }
  }
})

test('a state whose changelog lost its end is said again by whoever takes the partition over with it', async () => {
  const { world, log, lose } = openLosing()
  const local = createMemoryStateStore()
  const before = openMachine(world, { log, local })
  await before.store.prepare(0)
  await saveRows(before.store, 2, { a: '1', b: '1' })
  await saveRows(before.store, 4, { b: null, c: '1' })
  await lose(3)
  const after = openMachine(world, { log, local })
  await after.store.prepare(0)
  const other = openMachine(world, { log })
  await other.store.prepare(0)
  assert.deepEqual(rowsOf(other.store), [
    ['a', '1'],
    ['c', '1'],
  ])
})

test('an owner that dies before it could say all of it again leaves a state that is not taken for less than it is', async () => {
  const { world, log, lose } = openLosing()
  const local = createMemoryStateStore()
  let appends = 0
  const append: EventLog['append'] = (records) => {
    appends += 1
    return appends > 2 ? Promise.reject(new LogError('log-unavailable', 'gone')) : log.append(records)
  }
  const owner = openMachine(world, { log: { ...log, append }, local })
  await owner.store.prepare(0)
  await saveRows(owner.store, 2, { a: '1', b: '1' })
  await lose(0)
  await assert.rejects(saveRows(owner.store, 4, { c: '1' }), { code: 'log-unavailable' })
  const all = rowsOf(owner.store)
  const next = openMachine(world, { log, local })
  await next.store.prepare(0)
  assert.deepEqual(rowsOf(next.store), all)
  const other = openMachine(world, { log })
  await other.store.prepare(0)
  assert.deepEqual(rowsOf(other.store), all)
})

test('what was said again in part is not taken for all of it, by the same process and by the next', async () => {
  for (const isSame of [true, false]) {
    const { world, log, lose } = openLosing()
    const local = createMemoryStateStore()
    const rows = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`key-${index}`, '1']))
    const before = openMachine(world, { log, local })
    await before.store.prepare(0)
    await saveRows(before.store, 2, rows)
    await saveRows(before.store, 4, { a: '1' })
    await lose(900)
    await saveRows(openMachine(world, { log }).store, 1, {})
    let appends = 0
    const append: EventLog['append'] = (records) => {
      appends += 1
      return appends === 3 ? Promise.reject(new LogError('log-unavailable', 'gone')) : log.append(records)
    }
    const next = openMachine(world, { log: { ...log, append }, local })
    await assert.rejects(next.store.prepare(0), { code: 'log-unavailable' })
    const again = isSame ? next : openMachine(world, { log, local })
    await again.store.prepare(0)
    const other = openMachine(world, { log })
    await other.store.prepare(0)
    assert.deepEqual(rowsOf(other.store), rowsOf(before.store))
  }
})

test('a standby keeps what it has while the changelog has less, and reads all of it when it was said again, however far that is', async () => {
  const { world, log, lose } = openLosing()
  const local = createMemoryStateStore()
  let standby = openMachine(world, { log, local, standbyEveryMs })
  const owner = openMachine(world, { log })
  await owner.store.prepare(0)
  await saveRows(owner.store, 2, { a: '1', b: '1' })
  await look(world, standby)
  const had = rowsOf(owner.store)
  assert.deepEqual(rowsOf(standby.store), had)
  await saveRows(owner.store, 4, { a: '2', c: '1' })
  await lose(0)
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), had)

  await standby.store.close()
  await saveRows(owner.store, 6, { d: '1' })
  await saveRows(owner.store, 8, { e: '1' })
  standby = openMachine(world, { log, local, standbyEveryMs })
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
  await saveRows(owner.store, 9, { a: '3' })
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(owner.store))
  await standby.store.prepare(0)
  assert.equal(standby.restored.at(-1)?.records, 0)
})

test('a standby that saw the end being lost reads all of it when another owner has written over that', async () => {
  const { world, log, lose } = openLosing()
  const standby = openMachine(world, { log, standbyEveryMs })
  const owner = openMachine(world, { log })
  await owner.store.prepare(0)
  await saveRows(owner.store, 2, { a: '1', b: '1' })
  await saveRows(owner.store, 4, { a: '2', c: '1' })
  await look(world, standby)
  await lose(3)
  const next = openMachine(world, { log })
  await next.store.prepare(0)
  await look(world, standby)
  await saveRows(next.store, 6, { a: '3', c: '1', d: '1', e: '1' })
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(next.store))
})

test('a save that shows the loss is not taken for the state when its owner dies before it says all again', async () => {
  const { world, log, lose } = openLosing()
  const local = createMemoryStateStore()
  const standby = openMachine(world, { log, standbyEveryMs })
  let appends = 0
  const append: EventLog['append'] = (records) => {
    appends += 1
    return appends > 3 ? Promise.reject(new LogError('log-unavailable', 'gone')) : log.append(records)
  }
  const owner = openMachine(world, { log: { ...log, append }, local })
  await owner.store.prepare(0)
  await saveRows(owner.store, 2, { a: '1', b: '1' })
  await saveRows(owner.store, 4, { a: '2', c: '1' })
  await look(world, standby)
  const had = rowsOf(standby.store)
  await lose(3)
  await assert.rejects(saveRows(owner.store, 6, { a: '3', d: '1', e: '1' }), { code: 'log-unavailable' })
  await look(world, standby)
  assert.deepEqual([rowsOf(standby.store), standby.store.position(0)?.nextOffset], [had, 4])
  const fresh = openMachine(world, { log })
  await fresh.store.prepare(0)
  assert.deepEqual(fresh.store.position(0)?.nextOffset, 2, 'the save before the lost one')
  const same = openMachine(world, { log, local })
  await same.store.prepare(0)
  await look(world, standby)
  assert.deepEqual(rowsOf(standby.store), rowsOf(same.store))
})

test('what is lost while all of the state is said again is said once more', async () => {
  const { world, log, lose } = openLosing()
  const rows = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`key-${index}`, '1']))
  let appends = 0
  let losesAt = Number.POSITIVE_INFINITY
  const append: EventLog['append'] = async (records) => {
    appends += 1
    if (appends === losesAt) await lose(200)
    return log.append(records)
  }
  const owner = openMachine(world, { log: { ...log, append } })
  await owner.store.prepare(0)
  await saveRows(owner.store, 2, rows)
  for (const [after, nextOffset] of [
    [3, 4],
    [2, 6],
  ] as const) {
    await lose(0)
    // Among the slices of all that is said again, or at its first.
    losesAt = appends + after
    await saveRows(owner.store, nextOffset, { a: String(nextOffset) })
    await saveRows(owner.store, nextOffset + 1, { b: '1' })
    const other = openMachine(world, { log })
    await other.store.prepare(0)
    assert.deepEqual(rowsOf(other.store), rowsOf(owner.store))
  }
})
