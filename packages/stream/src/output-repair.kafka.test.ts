import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import { openKafkaAdmin, openKafkaLog } from '@watchword/event-log/kafka'
import { startTestBroker } from '@watchword/event-log/kafka/testing'
import { createCompactedView } from './compacted-view.ts'
import { boundsOf, readRange } from './read-range.ts'
import { isAgain, sourceOf } from './source-header.ts'
import { newestTopics } from './testing/newest-stage.ts'
import { type StageProcess, startStageProcess } from './testing/start-stage-process.ts'
import { textOf } from './testing/world.ts'

const broker = await startTestBroker(21_000)
after(() => broker.clean())
const connection = { brokers: broker.brokers, clientId: 'repair' }
const log = await openKafkaLog(
  { ...connection, topics: newestTopics, createTopics: { replicationFactor: 1 } },
  { now: Date.now },
)
after(() => log.close())
const folder = mkdtempSync(join(tmpdir(), 'watchword-repair-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function start(name: string): StageProcess {
  const started = startStageProcess({ broker: broker.brokers[0] ?? '', directory: join(folder, name) })
  after(() => void started.process.kill('SIGKILL'))
  return started
}

/** Waits for a fact; the test's own time-out is the limit. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function tell(...texts: readonly string[]): Promise<void> {
  await log.append(texts.map((text) => ({ topic: 'told', partition: 0, key: 'k', value: Buffer.from(text) })))
}

/** What the output holds of a key, in order. */
async function saidOf(key: string): Promise<readonly LogRecord[]> {
  const place = { log, topic: 'newest', partition: 0 }
  const { begin, end } = await boundsOf(place)
  const found: LogRecord[] = []
  for await (const record of readRange(place, begin, end)) if (record.key === key) found.push(record)
  return found
}

const lastOf = async (key: string): Promise<string> => textOf((await saidOf(key)).at(-1)?.value)

/** Makes the broker compact the output as soon as it can: not before, or it would run into the repair. */
async function compactAtOnce(): Promise<void> {
  const admin = await openKafkaAdmin(connection)
  const settings = { 'min.compaction.lag.ms': '0', 'min.cleanable.dirty.ratio': '0.001', 'segment.ms': '20' }
  const drifts = Object.entries(settings).map(([setting, declared]) => ({ setting, found: null, declared }))
  await admin.applyTopics([{ topic: 'newest', status: 'drift', drifts }])
  await admin.close()
}

test('what a stopped process writes late over a newer version is overtaken again, so that the broker compacts to the newest', async () => {
  const zombie = start('zombie')
  await until(() => zombie.lines.filter(({ event }) => event === 'assigned').length === 2)
  await tell('a first', 'b first')
  await until(async () => (await lastOf('b')) === 'b first')

  zombie.appends('hold')
  await until(() => zombie.lines.some(({ event }) => event === 'holding'))
  await tell('a older')
  await until(() =>
    zombie.lines.some(({ event, partition, offset }) => event === 'folded' && partition === 0 && offset === 2),
  )
  zombie.process.kill('SIGSTOP')
  const owner = start('owner')
  await tell('a newer', 'b newer')
  await until(async () => (await lastOf('b')) === 'b newer')
  assert.equal(await lastOf('a'), 'a newer')

  zombie.appends('release')
  zombie.process.kill('SIGCONT')
  await until(async () => (await saidOf('a')).length > 3)
  const late = (await saidOf('a'))[3]
  assert.deepEqual([textOf(late?.value), late && isAgain(late)], ['a older', false], 'it was written late')
  await until(async () => (await lastOf('a')) === 'a newer')
  const again = (await saidOf('a')).at(-1)
  assert.ok(again !== undefined && isAgain(again))
  assert.equal(sourceOf(again.headers)?.offset, 3)

  await compactAtOnce()
  await until(async () => {
    await log.append([{ topic: 'newest', partition: 0, key: 'filler', value: Buffer.from('x') }])
    return (await saidOf('a')).length === 1
  })
  const view = createCompactedView<string>(
    {},
    { decode: ({ value }) => textOf(value), onUndecodable: () => assert.fail('undecodable') },
  )
  const fresh = await log.tail({
    topics: ['newest'],
    from: 'begin',
    onRecords: (records) => records.forEach((record) => view.apply(record)),
    onError: assert.fail,
  })
  await fresh.caughtUp
  await fresh.stop()
  assert.deepEqual([view.get('a'), view.get('b')], ['a newer', 'b newer'])
  for (const { lines } of [zombie, owner])
    assert.deepEqual(
      lines.filter(({ event }) => event === 'fault'),
      [],
    )
})
