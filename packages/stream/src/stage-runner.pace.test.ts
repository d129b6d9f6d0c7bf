import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, untilSettled } from './testing/world.ts'

/** How many of these inputs are folded in each turn of the event loop when every output takes this many bytes. */
async function foldedPerTurn(t: TestContext, inputs: number, outputBytes: number): Promise<readonly number[]> {
  const world = openWorld()
  const perTurn = new Map<number, number>()
  let turns = 0
  const count = (): void => {
    turns += 1
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  t.after(() => clearImmediate(next))
  const stage: typeof adderStage = {
    ...adderStage,
    fold(state, input, context) {
      perTurn.set(turns, (perTurn.get(turns) ?? 0) + 1)
      return adderStage.fold(state, input, context)
    },
    outputs: {
      ...adderStage.outputs,
      sum: { ...adderStage.outputs.sum, encode: () => new Uint8Array(outputBytes) },
    },
  }
  await world.send(Array.from({ length: inputs }, () => 'a:1'))
  const runner = await world.run({ stage })
  await untilSettled(runner, inputs)
  await runner.stop()
  await world.log.close()
  return [...perTurn.values()]
}

test('others have a turn of the event loop after 64 records', async (t) => {
  assert.deepEqual(await foldedPerTurn(t, 150, 8), [64, 64, 22])
})

test('others have a turn sooner when the outputs are long, whatever one record may lead to', async (t) => {
  assert.deepEqual(await foldedPerTurn(t, 16, 40_960), [6, 6, 4])
  assert.deepEqual(await foldedPerTurn(t, 3, 300_000), [1, 1, 1])
})
