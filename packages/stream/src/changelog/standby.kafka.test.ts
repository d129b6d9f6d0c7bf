import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { startTestBroker } from '@watchword/event-log/kafka/testing'
import { newestTopics } from '../testing/newest-stage.ts'
import { type StageProcess, type StageProcessSettings, startStageProcess } from '../testing/start-stage-process.ts'

const rowsEach = 100_000
const broker = await startTestBroker(21_110)
after(() => broker.clean())
const log = await openKafkaLog(
  { brokers: broker.brokers, clientId: 'standby', topics: newestTopics, createTopics: { replicationFactor: 1 } },
  { now: Date.now },
)
after(() => log.close())
const folder = mkdtempSync(join(tmpdir(), 'watchword-standby-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function start(name: string, settings: Pick<StageProcessSettings, 'standbyEveryMs'> = {}): StageProcess {
  const directory = join(folder, name)
  const started = startStageProcess({ broker: broker.brokers[0] ?? '', directory, ...settings })
  after(() => void started.process.kill('SIGKILL'))
  return started
}

/** Waits for a fact; the test's own time-out is the limit. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Tells so many keys of a partition something that is as long as a small row. */
async function tell(partition: number, keys: number, what: string): Promise<void> {
  for (let from = 0; from < keys; from += 2500) {
    const batch = Array.from({ length: Math.min(2500, keys - from) }, (_, index) => {
      const key = `key-${partition}-${from + index}`
      return { topic: 'told', partition, key, value: Buffer.from(`${key} ${what} ${'x'.repeat(300)}`) }
    })
    await log.append(batch)
  }
}

const held = ({ lines }: StageProcess): readonly number[] =>
  lines.reduce<readonly number[]>((partitions, { event, partition }) => {
    if (event === 'assigned') return [...partitions, partition]
    return event === 'revoked' ? partitions.filter((each) => each !== partition) : partitions
  }, [])

async function isSaved(): Promise<boolean> {
  const [committed, ends] = [await log.committed('watchword.newest', 'told'), await log.ends('told')]
  return ends.every((end, partition) => committed[partition] === end)
}

type Takeover = Readonly<{ records: number; readMs: number; foldedMs: number }>

/** Kills who holds the other partition, while it has something to do, and answers how the one that is left took it over. */
async function takeOver(from: StageProcess, by: StageProcess): Promise<Takeover> {
  const [partition] = held(from)
  assert.ok(partition !== undefined)
  from.process.kill('SIGKILL')
  await tell(partition, 10, 'after')
  const begun = by.lines.length
  const find = (event: string, done = true) =>
    by.lines
      .slice(begun)
      .find((line) => line.event === event && line.partition === partition && (line.done ?? true) === done)
  await until(() => find('folded') !== undefined)
  const [assigned, restored, folded] = [find('assigned'), find('restoring'), find('folded')]
  assert.ok(assigned && restored && folded)
  const [readMs, foldedMs] = [restored.at - assigned.at, folded.at - assigned.at]
  return { records: restored.ofRecords, readMs, foldedMs }
}

test('a standby takes a partition over by reading what was written since it looked last, another process by reading all of it', async (t) => {
  const first = start('first')
  await until(() => held(first).length === 2)
  for (const partition of [0, 1]) await tell(partition, rowsEach, 'at first')
  await until(isSaved)
  const standby = start('standby', { standbyEveryMs: 500 })
  await until(() => held(standby).length === 1 && held(first).length === 1)
  const [partition = -1] = held(first)
  await until(() => standby.lines.some(({ event, lagRecords }) => event === 'followed' && lagRecords === 0))
  await tell(partition, 100, 'then')
  await until(isSaved)
  const before = (await log.ends('state'))[partition] ?? 0
  const told = standby.lines.length
  await until(() => standby.lines.slice(told).some(({ event, lagRecords }) => event === 'followed' && lagRecords === 0))

  await tell(partition, 200, 'at last')
  const warm = await takeOver(first, standby)
  const written = ((await log.ends('state'))[partition] ?? 0) - before
  assert.ok(warm.records <= written && written < 2000, `read ${warm.records} of ${written} records written since`)

  const cold = start('cold')
  await until(() => held(cold).length === 1 && held(standby).length === 1)
  const whole = await takeOver(standby, cold)
  assert.ok(whole.records >= rowsEach, `read ${whole.records} records`)
  for (const { lines } of [first, standby, cold])
    assert.deepEqual(
      lines.filter(({ event }) => event === 'fault'),
      [],
    )
  for (const [name, { records, readMs, foldedMs }] of Object.entries({ standby: warm, 'without one': whole }))
    t.diagnostic(
      `${name}: assigned to first record folded ${foldedMs} ms (${records} records of the changelog in ${readMs} ms)`,
    )
})
