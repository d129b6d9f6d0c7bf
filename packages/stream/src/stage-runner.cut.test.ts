import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { replayStage } from './replay-stage.ts'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, textOf, untilSettled, type World } from './testing/world.ts'

const input = fc.tuple(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(fc.integer({ min: -1, max: 9 }).map(String), fc.constantFrom('3@9', '3@4', 'bad', '666')),
)
const inputs = fc.array(
  input.map((pair) => pair.join(':')),
  { minLength: 1, maxLength: 20 },
)
const outputs = [
  ['sum', 0],
  ['latest', 0],
  ['spread', 0],
  ['spread', 1],
  ['in.dlq', 0],
] as const

/** Folds the parts one after the other, each by a runner that begins with what the one before has saved. */
async function foldInParts({ send, run, faults }: World, parts: readonly (readonly string[])[]): Promise<void> {
  let sent = 0
  for (const part of parts) {
    await send(part)
    sent += part.length
    const runner = await run({ config: { cachedRowsMax: 2 } })
    await untilSettled(runner, sent)
    await runner.stop()
  }
  assert.deepEqual(faults, [])
}

/** The state, the position it is good for, and every output with its headers, but for how far the runner was by then. */
async function resultOf(parts: readonly (readonly string[])[]): Promise<object> {
  const world = openWorld()
  await foldInParts(world, parts)
  const { said: _, ...position } = world.store.position(0) ?? { said: null }
  const rows = Array.from(world.store.rows(0), ([key, value]) => [key, textOf(value)])
  const said = outputs.map(async ([topic, partition]) =>
    (await world.readAll(topic, partition)).map(({ key, value, headers: { 'ww-settled': __, ...headers } }) => [
      topic,
      key,
      textOf(value),
      headers,
    ]),
  )
  const result = { rows, position, said: await Promise.all(said) }
  await world.log.close()
  return result
}

test('folding all at once gives the same state and outputs as stopping and going on, at every place there is', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (sent) => {
      const whole = await resultOf([sent])
      for (let cut = 1; cut < sent.length; cut++)
        assert.deepEqual(
          await resultOf([sent.slice(0, cut), sent.slice(cut)]),
          whole,
          `cut between record ${cut - 1} and record ${cut}`,
        )
    }),
    { numRuns: 50 },
  )
})

test('a replay without a log says what the stage said', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (sent) => {
      const world = openWorld()
      await foldInParts(world, [sent])
      const replayed = Array.from(replayStage(adderStage, await world.readAll('in'))).flatMap(({ outputs }) => outputs)
      for (const topic of ['sum', 'latest'] as const)
        assert.deepEqual(
          (await world.readAll(topic)).map(({ key, value }) => [key, textOf(value)]),
          replayed.filter(({ output }) => output === topic).map(({ key, value }) => [key, textOf(value)]),
        )
      await world.log.close()
    }),
    { numRuns: 50 },
  )
})
