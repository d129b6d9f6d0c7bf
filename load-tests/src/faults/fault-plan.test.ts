import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { drawFaults, type FaultKind } from './fault-plan.ts'

const config = { faults: 100, scope: 'everything', replicas: 2, clickhouseAwayMs: [2_000, 60_000] } as const

function countsOf(faults: number): Readonly<Partial<Record<FaultKind, number>>> {
  const planned = drawFaults({ ...config, faults }, createSeededRandom(7))
  const kinds = Map.groupBy(planned, ({ fault }) => fault.kind)
  return Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length]))
}

describe('a plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => drawFaults(config, createSeededRandom(seed))
    assert.deepEqual(draw(1), draw(1))
    assert.notDeepEqual(draw(1), draw(2))
  })

  it('has every kind by its share, and each once where there are few', () => {
    assert.deepEqual(countsOf(100), {
      kill: 26,
      pause: 26,
      leave: 18,
      broker: 10,
      registry: 7,
      clickhouse: 7,
      'hung broker': 6,
    })
    assert.deepEqual(Object.values(countsOf(7)), [1, 1, 1, 1, 1, 1, 1])
    assert.deepEqual(countsOf(1), { kill: 1 })
  })

  it('kills nobody but auditors, notifiers and their database where only these are meant', () => {
    const faults = drawFaults({ ...config, scope: 'observers' }, createSeededRandom(5)).map(({ fault }) => fault)
    const whats = faults.map((fault) => ('place' in fault ? fault.place.service : fault.kind))
    assert.deepEqual(new Set(whats), new Set(['auditor', 'notifier', 'clickhouse']))
    assert.deepEqual(new Set(faults.map(({ kind }) => kind)), new Set(['kill', 'clickhouse']))
  })

  it('pauses some for longer than their group waits, and some for less', () => {
    const pauses = drawFaults(config, createSeededRandom(3)).flatMap(({ fault }) =>
      fault.kind === 'pause' ? [fault.forMs] : [],
    )
    assert.ok(pauses.some((forMs) => forMs > 6_000))
    assert.ok(pauses.some((forMs) => forMs < 6_000))
  })
})
