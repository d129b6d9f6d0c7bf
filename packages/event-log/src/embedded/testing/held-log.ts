import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { readAll, textOf } from '../../contract/facts.ts'
import type { EventLog, JoinOptions, LogRecord, Member, TopicConfig } from '../../event-log.ts'
import { LogError, type LogErrorCode } from '../../log-error.ts'
import { createMemoryDisk, createMemoryStore } from '../../memory/memory-store.ts'
import { createEmbeddedLog } from '../embedded-log.ts'

const topic = (name: string): TopicConfig => ({
  name,
  partitions: 1,
  cleanup: 'delete',
  retentionMs: null,
  compactionLagMs: 0,
  tombstoneRetentionMs: 0,
})
const topics = ['input', 'middle', 'output'].map(topic)

/** A log whose disk can be held, or fail. */
export function openHeldLog(disk = createMemoryDisk()) {
  const store = createMemoryStore(disk, () => undefined)
  const writes: (readonly LogRecord[])[] = []
  let faults: (LogErrorCode | undefined)[] = []
  let held = Promise.resolve()
  const log = createEmbeddedLog(
    { topics },
    {
      store: {
        ...store,
        // As on a disk, where a transaction is dear.
        gathered: nextTurn,
        async write(records, positions) {
          await held
          const fault = faults.shift()
          if (fault !== undefined) throw new LogError(fault, 'the disk was told to fail')
          writes.push(records)
          await store.write(records, positions)
        },
      },
      now: () => 0,
    },
  )
  return {
    log,
    writes,
    /** With which code the next writes fail; undefined for one that does not. */
    fail: (...codes: (LogErrorCode | undefined)[]) => void (faults = codes),
    /** Answers how to let it go on. */
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
  }
}

export async function join(log: EventLog, name: string, more: Partial<JoinOptions> = {}) {
  const records: LogRecord[] = []
  const joined = Promise.withResolvers<void>()
  const member: Member = await log.join({
    group: `of ${name}`,
    topic: name,
    ahead: true,
    async onAssigned() {
      joined.resolve()
      return null
    },
    onRecords: async (_, batch) => void records.push(...batch),
    onRevoked: async () => undefined,
    onError: (error) => assert.fail(error),
    ...more,
  })
  await joined.promise
  return { member, records }
}

/** Passes every record on in a copy. */
export function passOn(log: EventLog, to: string): Pick<JoinOptions, 'onRecords'> {
  return {
    async onRecords(_, batch) {
      void log.append(batch.map(({ key, value }) => ({ topic: to, key, value })))
    },
  }
}

/** Lets the time of the next attempts to write come. */
export async function passTime(t: TestContext, fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let turns = 0; turns < 10_000 && !(await fact()); turns += 1) {
    t.mock.timers.tick(100)
    await nextTurn()
  }
  assert.ok(await fact(), `waited in vain: ${what}`)
}

export function untilWritten(t: TestContext, log: EventLog): Promise<void> {
  return passTime(t, async () => ((await log.ends('input'))[0] ?? 0) > 0, 'it is written')
}

export const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** Whether a promise is kept. */
export const isKept = (promise: Promise<unknown>) =>
  promise.then(
    () => true,
    () => false,
  )

export const texts = async (log: EventLog, name: string) => (await readAll(log, name, 0)).map(textOf)
