import type { AppendRecord, EventLog, LogRecord, Position } from '@watchword/event-log'
import { deadLetterOffset, deadLetterTopic } from './dead-letter.ts'
import { isAfter, offsetHeader, settledHeader, type Spot, sourceOf } from './source-header.ts'
import type { Said } from './state-store.ts'

/** What a stage has said for one input partition, by this process or one before it, so that it is said once. */
export interface SaidLedger {
  /** True when the output needs not be said again. `coPartitioned` false: it can be anywhere in `topic`. */
  isSaid(output: Readonly<{ topic: string; coPartitioned: boolean }>, spot: Spot): boolean
  isPoisoned(offset: number): boolean
  addPoisoned(offset: number): void
  /** How many of the `window` inputs up to and with `offset` are poison. */
  poisonedWithin(offset: number, window: number): number
  onAppended(positions: readonly Position[], records: readonly AppendRecord[]): void
  snapshot(): Said
}

export type SaidLedgerDeps = Readonly<{
  log: EventLog
  stage: string
  group: string
  inputTopic: string
  partition: number
  deadLetterPartition: number
  coPartitionedTopics: readonly string[]
  saved: Said | undefined
  /** Everything below is settled by what was saved. */
  settled: number
}>

const readLimit = 1000

/** Reads what was said since the last save; without one, as much of the outputs as is needed to know. */
export async function openSaidLedger(deps: SaidLedgerDeps): Promise<SaidLedger> {
  const spots = new Map<string, Spot>(Object.entries(deps.saved?.spots ?? {}))
  const positions = new Map<string, number>(Object.entries(deps.saved?.positions ?? {}))
  const poisoned = new Set<number>(deps.saved?.poisoned ?? [])
  let settled = deps.settled

  function sayAt(topic: string, spot: Spot): void {
    const known = spots.get(topic)
    if (known === undefined || isAfter(spot, known)) spots.set(topic, { offset: spot.offset, index: spot.index })
  }

  /** True when the record is one of ours. */
  function takeOutput(record: LogRecord): boolean {
    const source = sourceOf(record.headers)
    if (source?.stage !== deps.stage || source.partition !== deps.partition) return false
    sayAt(record.topic, source)
    settled = Math.max(settled, offsetHeader(record.headers, settledHeader) ?? 0)
    return true
  }

  function takeDeadLetter(record: LogRecord): boolean {
    const offset = deadLetterOffset(record, deps.inputTopic, deps.partition, deps.group)
    if (offset !== undefined) poisoned.add(offset)
    return offset !== undefined
  }

  for (const topic of deps.coPartitionedTopics) {
    const { begin, end } = await boundsOf(deps.log, topic, deps.partition)
    const known = positions.get(topic)
    if (known !== undefined && known <= end) {
      await readForward(deps.log, topic, deps.partition, Math.max(begin, known), end, takeOutput)
    } else {
      await readBackward(deps.log, topic, deps.partition, begin, end, takeOutput)
    }
    positions.set(topic, end)
  }
  const letters = deadLetterTopic(deps.inputTopic)
  const { begin, end } = await boundsOf(deps.log, letters, deps.deadLetterPartition)
  const known = positions.get(letters)
  const from = known !== undefined && known <= end ? Math.max(begin, known) : begin
  await readForward(deps.log, letters, deps.deadLetterPartition, from, end, takeDeadLetter)
  positions.set(letters, end)

  return {
    isSaid({ topic, coPartitioned }, spot) {
      if (spot.offset < settled) return true
      const last = coPartitioned ? spots.get(topic) : undefined
      return last !== undefined && !isAfter(spot, last)
    },
    isPoisoned: (offset) => poisoned.has(offset),
    addPoisoned: (offset) => void poisoned.add(offset),
    poisonedWithin(offset, window) {
      let count = 0
      for (const each of poisoned) if (each <= offset && each > offset - window) count += 1
      return count
    },
    onAppended(appended, records) {
      appended.forEach((position, index) => {
        const own = position.topic === letters ? deps.deadLetterPartition : deps.partition
        if (!positions.has(position.topic) || position.partition !== own) return
        positions.set(position.topic, position.offset + 1)
        const source = sourceOf(records[index]?.headers ?? {})
        if (source !== undefined) sayAt(position.topic, source)
      })
    },
    snapshot: () => ({
      spots: Object.fromEntries(spots),
      positions: Object.fromEntries(positions),
      poisoned: [...poisoned],
    }),
  }
}

async function boundsOf(log: EventLog, topic: string, partition: number): Promise<{ begin: number; end: number }> {
  const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
  return { begin: begins[partition] ?? 0, end: ends[partition] ?? 0 }
}

type Take = (record: LogRecord) => boolean

/** True when at least one record was taken. */
async function readForward(
  log: EventLog,
  topic: string,
  partition: number,
  from: number,
  end: number,
  take: Take,
): Promise<boolean> {
  let taken = false
  let next = from
  while (next < end) {
    const records = await log.read(topic, partition, next, readLimit)
    const last = records.at(-1)
    if (last === undefined) break
    for (const record of records) if (record.offset < end && take(record)) taken = true
    next = last.offset + 1
  }
  return taken
}

/** From the end back until something of ours is found: what one writer said last is what it said furthest. */
async function readBackward(
  log: EventLog,
  topic: string,
  partition: number,
  begin: number,
  end: number,
  take: Take,
): Promise<void> {
  let upTo = end
  while (upTo > begin) {
    const from = Math.max(begin, upTo - readLimit)
    if (await readForward(log, topic, partition, from, upTo, take)) return
    upTo = from
  }
}
