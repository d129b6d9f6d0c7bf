import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { EventLog } from '../event-log.ts'
import { openSqliteLog } from './index.ts'

const child = fileURLToPath(new URL('append-until-killed.ts', import.meta.url))
const topic = { name: 't', partitions: 3, cleanup: 'delete', retentionMs: null } as const
const topics = [{ ...topic, compactionLagMs: 0, tombstoneRetentionMs: 0 }]
const decoder = new TextDecoder()

/** Where the child said that each value is, by partition and offset. */
type Acknowledged = Map<string, string>

/** Runs the child until it has acknowledged so many appends, then kills it; it may be anywhere in the next ones. */
async function killAfter(directory: string, from: number, lines: number, acknowledged: Acknowledged): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', child, directory, String(from)]
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(running, 'exit')
  let seen = 0
  for await (const line of createInterface(running.stdout)) {
    const [partition, count, ...offsets] = line.split(' ')
    for (const [part, offset] of offsets.entries()) acknowledged.set(`${partition}/${offset}`, `${count}.${part}`)
    seen += 1
    if (seen === lines) running.kill('SIGKILL')
  }
  assert.deepEqual(await exited, [null, 'SIGKILL'])
}

async function valuesOf(log: EventLog, partition: number): Promise<ReadonlyMap<number, string>> {
  const values = new Map<number, string>()
  const end = (await log.ends('t'))[partition] ?? 0
  for (let offset = 0; offset < end; offset = Math.max(...values.keys()) + 1) {
    const records = await log.read('t', partition, offset, 1000)
    for (const record of records) values.set(record.offset, decoder.decode(record.value ?? undefined))
  }
  return values
}

describe('a process killed at any moment', () => {
  it('leaves every acknowledged record in its place, whole appends only, and the lock free', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'event-log-kill-'))
    const acknowledged: Acknowledged = new Map()
    try {
      for (let round = 0; round < 6; round += 1) {
        const seed = Math.floor(Math.random() * 400)
        await killAfter(directory, round * 1_000_000, 1 + seed, acknowledged)
        const log = await openSqliteLog({ directory, topics }, { now: Date.now })
        for (const partition of [0, 1, 2]) {
          const values = await valuesOf(log, partition)
          for (const [place, value] of acknowledged) {
            const [of, offset] = place.split('/')
            if (Number(of) === partition)
              assert.equal(values.get(Number(offset)), value, `lost after ${seed + 1} appends`)
          }
          const inOrder = [...values.values()].map(Number)
          assert.deepEqual(
            inOrder,
            inOrder.toSorted((a, b) => a - b),
          )
          assert.equal(values.size % 3, 0)
        }
        await log.close()
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
