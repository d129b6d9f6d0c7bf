import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRaisedTwice } from '../src/index.ts'

test('what a stage repeats from any earlier place is known, and nothing that it has not said', () => {
  const runs = fc.array(fc.record({ stage: fc.constantFrom('a', 's'), from: fc.nat(20), length: fc.nat(20) }))
  fc.assert(
    fc.property(runs, (history) => {
      const twice = createRaisedTwice()
      const said = new Set<string>()
      const next = { a: 0, s: 0 }
      for (const { stage, from, length } of history) {
        const begin = Math.min(from, next[stage])
        for (let offset = begin; offset < begin + length; offset += 1) {
          const id = `n-${stage}-3-${offset}`
          assert.equal(twice.has(id), said.has(id), id)
          said.add(id)
        }
        next[stage] = Math.max(next[stage], begin + length)
      }
    }),
  )
})

test('a test is of no stage', () => {
  const twice = createRaisedTwice()
  for (const _ of [1, 2]) assert.equal(twice.has('n-t-0f9a3c1e-4b7d-4a3e-9c55-1d2e3f4a5b6c'), false)
})
