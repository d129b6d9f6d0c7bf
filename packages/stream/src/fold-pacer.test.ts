import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFoldPacer } from './fold-pacer.ts'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** How many records are let through in a turn after one in which everything else took so long. */
async function allowedAfter(othersMs: number): Promise<number> {
  let now = 0
  const pacer = createFoldPacer(64, () => now)
  for (let records = 0; records < 64; records += 1) assert.equal(pacer.take(1), undefined)
  const waits = pacer.take(1)
  assert.ok(waits !== undefined)
  now += othersMs
  await waits
  let allowed = 1
  while (pacer.take(1) === undefined) allowed += 1
  await nextTurn()
  return allowed
}

test('allows so many records a turn, and more the longer everything else takes, within bounds', async () => {
  assert.equal(await allowedAfter(0), 64)
  assert.equal(await allowedAfter(5), 64)
  assert.equal(await allowedAfter(10), 128)
  assert.equal(await allowedAfter(1_000), 256)
})

test('allows no more for the time in which nothing waited', async () => {
  let now = 0
  const pacer = createFoldPacer(64, () => now)
  assert.equal(pacer.take(64), undefined)
  now += 1_000
  await nextTurn()
  assert.equal(pacer.take(64), undefined)
  assert.ok(pacer.take(1) !== undefined)
})
