import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kept } from './kept.ts'

test('a run takes the place of the one of the same name, and only of that', () => {
  const note = 'one run of each'
  const on = (platform: string, seed: number) => ({ scenario: 'steady', platform, seed })
  const reference = { note, loads: [on('watchword up', 1), on('2 processes', 2)] }
  assert.deepEqual(kept(reference, on('2 processes', 3)), {
    note,
    loads: [on('watchword up', 1), on('2 processes', 3)],
  })
  assert.deepEqual(kept({ note, loads: [] }, on('watchword up', 4)), { note, loads: [on('watchword up', 4)] })
  const benches = [{ bench: 'engine' }, { bench: 'ingest' }]
  assert.deepEqual(kept({ note, benches }, { bench: 'push' }), { note, benches: [...benches, { bench: 'push' }] })
})
