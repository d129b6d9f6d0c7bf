import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { ChangedRow, SavedPosition, StateStore } from '../state-store.ts'
import { openStateStore } from './open-state-store.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'state-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

function at(nextOffset: number): SavedPosition {
  return { nextOffset, time: nextOffset, watermarks: {}, said: { spots: {}, positions: {}, poisoned: [] } }
}

function content(store: StateStore, partition = 0): unknown {
  return Array.from(store.rows(partition), ([key, value]) => [key, Buffer.from(value).toString('hex')])
}

const options = { stage: 's', stateVersion: '1' }

test('a file and a memory store keep the same rows and positions, across reopening', async (t) => {
  const path = await folder(t)
  const row = fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'é', '𝒳', 'ﬀ'),
    fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null }),
  )
  let files = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(1), fc.array(row, { maxLength: 6 })), { maxLength: 5 }),
      async (saves) => {
        files += 1
        const file = join(path, `${files}.db`)
        const memory = createMemoryStateStore()
        let opened = await openStateStore({ ...options, file })
        for (const [offset, [partition, rows]] of saves.entries()) {
          const save = { partition, position: at(offset), rows: rows satisfies readonly ChangedRow[] }
          await memory.save(save)
          await opened.store.save(save)
          for (const [key] of rows) {
            const [read, expected] = [opened.store.read(partition, key), memory.read(partition, key)]
            assert.deepEqual(read && Buffer.from(read), expected && Buffer.from(expected))
          }
        }
        await opened.store.close()
        opened = await openStateStore({ ...options, file })
        assert.equal(opened.setAside, undefined)
        for (const partition of [0, 1]) {
          assert.deepEqual(new Map(content(opened.store, partition) as []), new Map(content(memory, partition) as []))
          assert.deepEqual(opened.store.position(partition), memory.position(partition))
        }
        await opened.store.close()
      },
    ),
    { numRuns: 5 },
  )
})

test('a save that fails half-way leaves the rows and the position of the one before', async (t) => {
  const file = join(await folder(t), 'state.db')
  const { store } = await openStateStore({ ...options, file })
  await store.save({ partition: 0, position: at(1), rows: [['a', Buffer.from('1')]] })
  const rows = function* (): Generator<ChangedRow> {
    for (let index = 0; index < 1000; index += 1) yield [`k${index}`, Buffer.from('2')]
    throw new TypeError('cannot encode')
  }
  await assert.rejects(store.save({ partition: 0, position: at(2), rows: rows() }), TypeError)
  await store.save({ partition: 1, position: at(7), rows: [] })
  await store.close()
  const { store: again } = await openStateStore({ ...options, file })
  assert.deepEqual(content(again), [['a', '31']])
  assert.equal(again.position(0)?.nextOffset, 1)
  await again.close()
})

test('a damaged file never answers what was not written: it is set aside, or reading it is a fault', async (t) => {
  const path = await folder(t)
  const good = join(path, 'good.db')
  const { store } = await openStateStore({ ...options, file: good })
  const keys = Array.from({ length: 400 }, (_, index) => `tenant:user-${index}`)
  const valueOf = (key: string) => Buffer.from(`${key} `.repeat(4))
  await store.save({ partition: 0, position: at(400), rows: keys.map((key) => [key, valueOf(key)]) })
  await store.close()
  const bytes = readFileSync(good)
  const damage = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 20,
      }),
    },
    { weight: 1, arbitrary: fc.nat(bytes.length - 1) },
  )
  const file = join(path, 'bad.db')
  let found = 0
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
      const bad = Buffer.from(bytes)
      if (typeof how !== 'number')
        for (const [offset, flip] of how) bad.writeUInt8(bad.readUInt8(offset) ^ flip, offset)
      writeFileSync(file, typeof how === 'number' ? bad.subarray(0, how) : bad)
      const { store: opened, setAside } = await openStateStore({ ...options, file })
      if (setAside !== undefined) {
        found += 1
        assert.equal(opened.position(0), undefined)
        assert.deepEqual(content(opened), [])
      } else {
        assert.deepEqual(opened.position(0), at(400))
        for (const key of keys) {
          try {
            assert.deepEqual(Buffer.from(opened.read(0, key) ?? []), valueOf(key))
          } catch (error) {
            if (!(error instanceof Error && 'code' in error && error.code === 'state-corrupt')) throw error
          }
        }
      }
      await opened.close()
    }),
    { numRuns: 15 },
  )
  assert.ok(found > 0)
})

test('a state of a readable layout is taken over as it is, and is none of the former layout any more', async (t) => {
  const file = join(await folder(t), 'state.db')
  const before = await openStateStore({ ...options, file })
  await before.store.save({ partition: 0, position: at(1), rows: [['a', Buffer.from('1')]] })
  await before.store.close()
  const after = await openStateStore({ ...options, file, stateVersion: '2', readableVersions: ['0', '1'] })
  assert.equal(after.setAside, undefined)
  assert.deepEqual(after.store.position(0), at(1))
  assert.deepEqual(
    [...after.store.rows(0)].map(([key]) => key),
    ['a'],
  )
  await after.store.save({ partition: 0, position: at(2), rows: [['b', Buffer.from('2')]] })
  await after.store.close()
  const same = await openStateStore({ ...options, file, stateVersion: '2' })
  assert.deepEqual(same.store.position(0), at(2))
  await same.store.close()
  const back = await openStateStore({ ...options, file })
  assert.equal(back.setAside?.reason, 'its rows have another layout')
  await back.store.close()
})

test('a state of another layout, of another stage, or condemned is set aside and kept beside', async (t) => {
  const file = join(await folder(t), 'state.db')
  const first = await openStateStore({ ...options, file })
  assert.equal(first.setAside, undefined)
  await first.store.save({ partition: 0, position: at(1), rows: [['a', Buffer.from('1')]] })
  await first.store.close()
  const second = await openStateStore({ ...options, file, stateVersion: '2' })
  assert.deepEqual(second.setAside, { reason: 'its rows have another layout', file: `${file}.set-aside` })
  assert.ok(statSync(`${file}.set-aside`).size > 0)
  assert.equal(second.store.position(0), undefined)
  second.store.condemn()
  await second.store.close()
  const third = await openStateStore({ ...options, file, stateVersion: '2' })
  assert.equal(third.setAside?.reason, 'a row in it could not be read')
  await third.store.close()
  const fourth = await openStateStore({ ...options, file, stateVersion: '2', stage: 'other' })
  assert.equal(fourth.setAside?.reason, 'it belongs to another stage')
  await fourth.store.close()
})
