import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMemoryStateStore } from './memory-state-store.ts'
import { replayStage } from './replay-stage.ts'
import { adderStage } from './testing/adder-stage.ts'
import { openWorld, untilSettled, textOf } from './testing/world.ts'

const input = fc.tuple(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(fc.integer({ min: -1, max: 9 }).map(String), fc.constantFrom('3@9', '3@4', 'bad', '666')),
)

test('folding all at once gives the same state and outputs as stopping and going on at any place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        input.map((pair) => pair.join(':')),
        { minLength: 1, maxLength: 20 },
      ),
      fc.nat(20),
      async (sent, cut) => {
        const whole = openWorld()
        await whole.send(sent)
        const only = await whole.run()
        await untilSettled(only, sent.length)
        await only.stop()

        const parts = openWorld(undefined, createMemoryStateStore())
        const head = sent.slice(0, cut)
        for (const part of [head, sent.slice(cut)]) {
          if (part.length === 0) continue
          await parts.send(part)
          const runner = await parts.run()
          await untilSettled(runner, part === head ? head.length : sent.length)
          await runner.stop()
        }
        const rows = ({ store }: typeof whole) => Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])
        assert.deepEqual(rows(parts), rows(whole))
        const { said: _, ...position } = whole.store.position(0) ?? { said: null }
        const { said: __, ...positionOfParts } = parts.store.position(0) ?? { said: null }
        assert.deepEqual(positionOfParts, position)

        const replayed = Array.from(replayStage(adderStage, await whole.readAll('in'))).flatMap(
          ({ outputs }) => outputs,
        )
        const sums = replayed.filter(({ output }) => output === 'sum').map(({ key, value }) => [key, textOf(value)])
        assert.deepEqual(
          (await whole.readAll('sum')).map(({ key, value }) => [key, textOf(value)]),
          sums,
        )
        await whole.log.close()
        await parts.log.close()
      },
    ),
    { numRuns: 50 },
  )
})
