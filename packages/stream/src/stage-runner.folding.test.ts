import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryDisk } from '@watchword/event-log/memory'
import { noMetrics, type StageMetrics } from './stage-metrics.ts'
import { openWorld, textOf, until, untilSettled, type World } from './testing/world.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const inputs = ['a:1', 'b:2', 'a:3', 'c:bad', 'b:4']

type Told = { readonly begun: number[]; readonly said: number[] }

function listening(): Readonly<{ metrics: StageMetrics; told: Told }> {
  const told: Told = { begun: [], said: [] }
  const folding: StageMetrics['folding'] = ({ offset }) => {
    told.begun.push(offset)
    return () => told.said.push(offset)
  }
  return { told, metrics: { ...noMetrics, folding } }
}

async function outputsOf(world: World): Promise<unknown> {
  const outputs: unknown[] = []
  for (const topic of ['sum', 'latest', 'spread', 'in.dlq'])
    for (const partition of [0, 1])
      for (const { key, value, headers } of await world.readAll(topic, partition)) {
        // How far everything was acknowledged, and where in the code a fault came from, differ from run to run.
        const { 'ww-settled': _, 'dlq.error.message': __, ...others } = headers
        outputs.push([topic, partition, key, textOf(value), others])
      }
  return outputs
}

async function folded(metrics: StageMetrics): Promise<unknown> {
  const world = openWorld()
  await world.send(inputs, 0, { traceparent })
  const runner = await world.run({ metrics })
  await untilSettled(runner, inputs.length)
  await runner.stop()
  const outputs = await outputsOf(world)
  await world.log.close()
  return outputs
}

test('the records of a stage are the same, header by header, whether or not somebody is told of its folds, and when they are folded again', async () => {
  const expected = await folded(noMetrics)
  assert.deepEqual(await folded(listening().metrics), expected)
  assert.deepEqual(await folded(listening().metrics), expected)
})

test('who is told of a fold hears once that what it led to is in the log, and nothing of what was there before', async () => {
  const disk = createMemoryDisk()
  const first = openWorld(disk)
  await first.send(['a:1', 'b:2'])
  const { metrics, told } = listening()
  const runner = await first.run({ metrics })
  await untilSettled(runner, 2)
  await until(() => told.said.length === 2)
  assert.deepEqual(told, { begun: [0, 1], said: [0, 1] })
  await runner.stop()
  disk.inUse = false

  // Its state is lost, so it folds all of it again.
  const second = openWorld(disk)
  const again = listening()
  await second.send(['a:3'])
  const restarted = await second.run({ metrics: again.metrics })
  await untilSettled(restarted, 3)
  await restarted.stop()
  assert.deepEqual(again.told, { begun: [0, 1, 2], said: [2] })
  await second.log.close()
})
