import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openSqliteLog, type SqliteLog } from '@watchword/event-log/sqlite'
import { systemClock } from './clock.ts'
import { openStateStore, type OpenedStateStore } from './sqlite/open-state-store.ts'
import { createStageRunner, type StageRunner } from './stage-runner.ts'
import type { StreamError } from './stream-error.ts'
import { adderStage } from './testing/adder-stage.ts'
import { testTopics, textOf, untilSettled } from './testing/world.ts'

type Process = OpenedStateStore & Readonly<{ log: SqliteLog; runner: StageRunner; faults: StreamError[] }>

async function start(directory: string): Promise<Process> {
  const log = await openSqliteLog({ directory, topics: testTopics }, { now: Date.now })
  const opened = await openStateStore({ file: join(directory, 'adder.db'), stage: 'adder', stateVersion: '1' })
  const faults: StreamError[] = []
  const deps = {
    log,
    store: opened.store,
    clock: systemClock,
    onFatal: (error: StreamError) => void faults.push(error),
  }
  return { ...opened, log, faults, runner: await createStageRunner(adderStage, { saveEveryRecords: 50 }, deps) }
}

async function stop({ runner, store, log }: Process): Promise<void> {
  await runner.stop()
  await store.close()
  await log.close()
}

async function send(log: SqliteLog, from: number, count: number): Promise<void> {
  const value = (index: number) => Buffer.from(index % 40 === 7 ? 'bad' : String(index % 10))
  const records = Array.from({ length: count }, (_, index) => from + index)
  await log.append(
    records.map((index) => ({ topic: 'in', partition: 0, key: `user-${index % 17}`, value: value(index) })),
  )
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'stage-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

async function said({ log }: Process): Promise<unknown> {
  const topics = await Promise.all(['sum', 'latest', 'in.dlq'].map((topic) => log.read(topic, 0, 0, 10_000)))
  return topics.map((records) => records.map(({ key, value, headers }) => [key, textOf(value), headers['ww-source']]))
}

function stateOf({ store }: Process): unknown {
  return Array.from(store.rows(0), ([key, value]) => [key, textOf(value)])
}

test('a stage on files goes on after a restart as if there had been none', async (t) => {
  const whole = await start(await folder(t))
  await send(whole.log, 0, 300)
  await untilSettled(whole.runner, 300)
  await whole.runner.save()
  const directory = await folder(t)
  let process = await start(directory)
  await send(process.log, 0, 130)
  await untilSettled(process.runner, 130)
  await stop(process)
  process = await start(directory)
  await send(process.log, 130, 170)
  await untilSettled(process.runner, 300)
  await process.runner.save()
  assert.deepEqual(await said(process), await said(whole))
  assert.deepEqual(stateOf(process), stateOf(whole))
  assert.deepEqual([...process.faults, ...whole.faults], [])
  await stop(process)
  await stop(whole)
})

test('a damaged state file is rebuilt from the log, and nothing is said twice', async (t) => {
  const directory = await folder(t)
  const file = join(directory, 'adder.db')
  let process = await start(directory)
  await send(process.log, 0, 300)
  await untilSettled(process.runner, 300)
  await process.runner.save()
  const expected = [await said(process), stateOf(process)]
  await stop(process)
  const bytes = readFileSync(file)
  bytes.fill(0x5a, bytes.length - 3000)
  writeFileSync(file, bytes)
  process = await start(directory)
  assert.notEqual(process.setAside, undefined)
  await untilSettled(process.runner, 300)
  await process.runner.save()
  assert.deepEqual([await said(process), stateOf(process)], expected)
  assert.deepEqual(process.faults, [])
  await stop(process)
})
