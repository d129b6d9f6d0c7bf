import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import type { Resources } from './resources.ts'
import { trendsOf } from './soak.ts'

const mebibyte = 1_048_576

/** What a process that collects its garbage looks like, with so much kept a second of each kind. */
function resources(kept: Partial<Record<'rss' | 'heap' | 'descriptors' | 'resources', number>>): readonly Resources[] {
  const random = createSeededRandom(5)
  return Array.from({ length: 1_200 }, (_, second) => {
    // A load that holds more and more connections is not the platform's doing.
    const loadSockets = 40 + Math.floor(second / 20)
    return {
      second,
      rssBytes: 400 * mebibyte + random.between(0, 20 * mebibyte) + (kept.rss ?? 0) * second,
      heapBytes: 100 * mebibyte + random.between(0, 60 * mebibyte) + (kept.heap ?? 0) * second,
      loadSockets,
      descriptors: 50 + loadSockets + random.between(0, 6) + (kept.descriptors ?? 0) * second,
      resources: 20 + loadSockets + random.between(0, 6) + (kept.resources ?? 0) * second,
      lagRecords: 0,
    }
  })
}

const grown = (kept: Parameters<typeof resources>[0]) => trendsOf(resources(kept)).filter(({ growth }) => growth > 0.05)

describe('the trends of a soak', () => {
  it('are flat for what only comes and goes', () => {
    assert.deepEqual(grown({}), [])
  })

  it('tell of each thing that is kept, and of nothing else', () => {
    assert.deepEqual(
      grown({ rss: 100_000 }).map(({ what }) => what),
      ['resident memory'],
    )
    assert.deepEqual(
      grown({ heap: 30_000 }).map(({ what }) => what),
      ['heap'],
    )
    assert.deepEqual(
      grown({ descriptors: 0.05, resources: 0.05 }).map(({ what }) => what),
      ['open descriptors', 'active resources'],
    )
  })
})
