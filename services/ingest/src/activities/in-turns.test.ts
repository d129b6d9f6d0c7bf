import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurns } from './in-turns.ts'

/** How many items of these lengths were done in each turn of the event loop, with the results. */
async function done(lengths: readonly number[]) {
  const perTurn = [0]
  const count = (): void => {
    perTurn.push(0)
    turn = setImmediate(count)
  }
  let turn = setImmediate(count)
  const results = await inTurns([...lengths.keys()], (item) => {
    perTurn[perTurn.length - 1] = (perTurn.at(-1) ?? 0) + 1
    return { result: item, bytes: lengths[item] ?? 0 }
  })
  clearImmediate(turn)
  return { results, perTurn: perTurn.filter((items) => items > 0) }
}

test('gives others a turn after every 64 short items, and keeps the order', async () => {
  const { results, perTurn } = await done(Array.from({ length: 150 }, () => 30))
  assert.deepEqual(results, [...results.keys()])
  assert.deepEqual([results.length, perTurn], [150, [64, 64, 22]])
})

test('gives others a turn sooner the longer the items are', async () => {
  assert.deepEqual((await done([16_384, 16_384, 8_000, 8_000, 8_000, 1])).perTurn, [1, 1, 3, 1])
})

test('does what fits into one turn at once', async () => {
  let isDone = false
  const work = inTurns([1, 2], (item) => ({ result: item, bytes: 100 })).then(() => (isDone = true))
  await Promise.resolve()
  await Promise.resolve()
  assert.equal(isDone, true)
  await work
})
