import assert from 'node:assert/strict'
import type { AppendRecord, EventLog, LogRecord, Tail, TailOptions, TailStart } from '../event-log.ts'
import { LogError, type LogErrorCode } from '../log-error.ts'

const deadlineMs = 20_000
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Waits for a fact; fails with what it waited for after 20 s. */
export async function until(fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  while (!(await fact())) {
    assert.ok(performance.now() < giveUpAt, `waited in vain: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
  }
}

/** A record with a text for a value. */
export function record(
  topic: string,
  key: string,
  value: string | null,
  more: Partial<AppendRecord> = {},
): AppendRecord {
  return { topic, key, value: value === null ? null : encoder.encode(value), ...more }
}

/** Numbered records of one partition. */
export function numbered(topic: string, partition: number, from: number, count: number): readonly AppendRecord[] {
  return Array.from({ length: count }, (_, at) => record(topic, `key-${from + at}`, String(from + at), { partition }))
}

/** The text in a record. */
export function textOf({ value }: LogRecord): string | null {
  return value === null ? null : decoder.decode(value)
}

/** Everything that a partition holds, read batch by batch. */
export async function readAll(log: EventLog, topic: string, partition: number): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = []
  let offset = (await log.begins(topic))[partition] ?? 0
  for (;;) {
    const records = await log.read(topic, partition, offset, 50)
    const last = records.at(-1)
    if (last === undefined) return found
    found.push(...records)
    offset = last.offset + 1
  }
}

/** A tail that collects; any fault fails the case. */
export async function collect(
  log: EventLog,
  topics: readonly string[],
  from: TailStart,
  more: Pick<TailOptions, 'gatherMs'> = {},
): Promise<Readonly<{ records: readonly LogRecord[]; tail: Tail }>> {
  const records: LogRecord[] = []
  const tail = await log.tail({
    topics,
    from,
    ...more,
    onRecords: (batch) => void records.push(...batch),
    onError: (error) => assert.fail(error),
  })
  return { records, tail }
}

/** Expects a LogError of that code. */
export async function rejectsWith(code: LogErrorCode, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error) => error instanceof LogError && error.code === code)
}
