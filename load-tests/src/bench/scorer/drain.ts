import { setTimeout as delay } from 'node:timers/promises'
import type { AppendRecord, EventLog } from '@watchword/event-log'
import { processorSeconds } from '../measure/processor-time.ts'

/** Processes that share the partitions of a topic out. */
export type Consumers = Readonly<{
  processes: readonly Readonly<{ pid: number; signal: (name: 'SIGSTOP' | 'SIGCONT') => void }>[]
  group: string
  input: string
  /** Where they say something about every record of the input. */
  output: string
}>

export type Drained = Readonly<{ perSecond: number; processorMicros: number }>

/** A feed that took longer than the group waits for its members: what was measured after is a rebalance. */
class SlowFeedError extends Error {
  override readonly name = 'SlowFeedError'
  readonly code = 'slow-feed'
}

/** Of the 6 s after which a group gives up a member. */
const stoppedMsMax = 5_000
const chunkRecords = 2_000
const chunksInFlight = 4

/**
 * Stops the consumers, appends the records, lets the consumers go on and measures: the records a second until something is said about each,
 * and the processor time until all of it is saved and committed.
 */
export async function drain(log: EventLog, consumers: Consumers, records: readonly AppendRecord[]): Promise<Drained> {
  const { processes, output } = consumers
  const saidBefore = total(await log.ends(output))
  for (const { signal } of processes) signal('SIGSTOP')
  const stoppedAt = performance.now()
  await appendAll(log, records)
  const stoppedMs = performance.now() - stoppedAt
  const busy = (): number => processes.reduce((sum, { pid }) => sum + processorSeconds(pid), 0)
  const busyBefore = busy()
  for (const { signal } of processes) signal('SIGCONT')
  const began = performance.now()
  if (stoppedMs > stoppedMsMax) throw new SlowFeedError(`the feed took ${Math.round(stoppedMs)} ms`)
  while (total(await log.ends(output)) < saidBefore + records.length) await delay(5)
  const seconds = (performance.now() - began) / 1000
  await untilCommitted(log, consumers)
  return { perSecond: records.length / seconds, processorMicros: ((busy() - busyBefore) * 1e6) / records.length }
}

/** Appends in order, a few chunks at a time. */
export async function appendAll(log: EventLog, records: readonly AppendRecord[]): Promise<void> {
  let from = 0
  const appendNext = async (): Promise<void> => {
    while (from < records.length) {
      const chunk = records.slice(from, from + chunkRecords)
      from += chunkRecords
      await log.append(chunk)
    }
  }
  await Promise.all(Array.from({ length: chunksInFlight }, appendNext))
}

/** Resolves when the group has committed everything there is. */
export async function untilCommitted(log: EventLog, place: Pick<Consumers, 'group' | 'input'>): Promise<void> {
  while (!(await isCommitted(log, place))) await delay(50)
}

async function isCommitted(log: EventLog, { group, input }: Pick<Consumers, 'group' | 'input'>): Promise<boolean> {
  const [ends, begins, committed] = await Promise.all([log.ends(input), log.begins(input), log.committed(group, input)])
  return ends.every((end, partition) => end === begins[partition] || committed[partition] === end)
}

function total(ends: readonly number[]): number {
  return ends.reduce((sum, end) => sum + end, 0)
}
