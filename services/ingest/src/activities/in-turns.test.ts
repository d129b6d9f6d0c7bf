import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './in-turns.ts'

/** How many items of these lengths were done in each turn of the event loop, with the results. */
async function done(...requests: readonly (readonly number[])[]) {
  const inTurns = createTurns(() => 0)
  const perTurn = [0]
  const count = (): void => {
    perTurn.push(0)
    turn = setImmediate(count)
  }
  let turn = setImmediate(count)
  const results = await Promise.all(
    requests.map((lengths) =>
      inTurns([...lengths.keys()], (item) => {
        perTurn[perTurn.length - 1] = (perTurn.at(-1) ?? 0) + 1
        return { result: item, bytes: lengths[item] ?? 0 }
      }),
    ),
  )
  clearImmediate(turn)
  return { results, perTurn: perTurn.filter((items) => items > 0) }
}

test('gives others a turn after every 64 short items, and keeps the order', async () => {
  const {
    results: [results = []],
    perTurn,
  } = await done(Array.from({ length: 150 }, () => 30))
  assert.deepEqual(results, [...results.keys()])
  assert.deepEqual([results.length, perTurn], [150, [64, 64, 22]])
})

test('gives others a turn sooner the longer the items are', async () => {
  assert.deepEqual((await done([16_384, 16_384, 8_000, 8_000, 8_000, 1])).perTurn, [1, 1, 3, 1])
})

test('does more in a turn after one in which everything else took long, within bounds', async () => {
  for (const [othersMs, items] of [
    [1, 64],
    [10, 128],
    [1_000, 256],
  ] as const) {
    let now = 0
    const inTurns = createTurns(() => now)
    const perTurn: number[] = []
    const count = (): void => {
      now += othersMs
      perTurn.push(0)
      turn = setImmediate(count)
    }
    let turn = setImmediate(count)
    perTurn.push(0)
    await inTurns(
      Array.from({ length: 64 + items + 1 }, (_, index) => index),
      (item) => {
        perTurn[perTurn.length - 1] = (perTurn.at(-1) ?? 0) + 1
        return { result: item, bytes: 1 }
      },
    )
    clearImmediate(turn)
    assert.deepEqual(
      perTurn.filter((done) => done > 0),
      [64, items, 1],
    )
  }
})

test('does what fits into one turn at once', async () => {
  let isDone = false
  const work = createTurns(() => 0)([1, 2], (item) => ({ result: item, bytes: 100 })).then(() => (isDone = true))
  await Promise.resolve()
  await Promise.resolve()
  assert.equal(isDone, true)
  await work
})

test('shares a turn between all requests, whose order stays, and leaves none of it unused', async () => {
  const short = Array.from({ length: 40 }, () => 30)
  const { results, perTurn } = await done(short, short, short, short)
  for (const result of results) assert.deepEqual(result, [...short.keys()])
  assert.equal(results.length, 4)
  assert.deepEqual(perTurn, [64, 64, 32])
})

test('does a single item at once, whoever waits', async () => {
  const inTurns = createTurns(() => 0)
  const full = Array.from({ length: 200 }, () => 1)
  const others = [inTurns(full, done1), inTurns(full, done1)]
  assert.deepEqual(await Promise.race([inTurns([7], done1), ...others]), [7])
  assert.deepEqual(await Promise.all(others), [full, full])
})

const done1 = (item: number) => ({ result: item, bytes: 1 })

test('lets the next one go on when the work of one fails', async () => {
  const inTurns = createTurns(() => 0)
  const items = Array.from({ length: 100 }, (_, index) => index)
  const fails = inTurns(items, (item) => {
    if (item === 80) throw new RangeError('bad item')
    return { result: item, bytes: 1 }
  })
  const goesOn = inTurns(items, done1)
  await assert.rejects(fails, RangeError)
  assert.deepEqual(await goesOn, items)
})
