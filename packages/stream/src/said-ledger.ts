import type { AppendRecord, EventLog, LogRecord, Position } from '@watchword/event-log'
import { deadLetterOffset, deadLetterTopic } from './dead-letter.ts'
import { createOutputReach, isFurther, type OutputReach } from './output-reach.ts'
import { boundsOf, type LogPlace, readRange } from './read-range.ts'
import { isAfter, offsetHeader, settledHeader, type Source, type Spot, sourceOf } from './source-header.ts'
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
  /** By co-partitioned output topic. */
  readonly reaches: ReadonlyMap<string, OutputReach>
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
/** Inputs below the last poison by more than this are settled for long, whoever saved last. */
const poisonRemembered = 100_000

/** Reads what was said since the last save; without one, as much of the outputs as is needed to know. */
export async function openSaidLedger(deps: SaidLedgerDeps): Promise<SaidLedger> {
  const poisoned = new Set<number>(deps.saved?.poisoned ?? [])
  let settled = deps.settled

  /** The source of a record of ours. */
  function takeOutput(record: LogRecord): Source | undefined {
    const source = sourceOf(record.headers)
    if (source?.stage !== deps.stage || source.partition !== deps.partition) return undefined
    settled = Math.max(settled, offsetHeader(record.headers, settledHeader) ?? 0)
    return source
  }

  async function openReach(topic: string): Promise<OutputReach> {
    const place = { log: deps.log, topic, partition: deps.partition }
    const isWatched = deps.log.topics.get(topic)?.cleanup === 'compact'
    const { begin, end } = await boundsOf(place)
    const known = knownPosition(topic, end)
    if (known === undefined) {
      const spot = await readBackward(place, begin, end, takeOutput)
      const unlooked = isWatched && begin < end ? { from: begin, said: undefined } : undefined
      return createOutputReach({ isWatched, position: end, spot, unlooked })
    }
    const from = Math.max(begin, known)
    const said = deps.saved?.spots[topic]
    let spot = said
    let isDisturbed = false
    for await (const record of readRange(place, from, end)) {
      const source = takeOutput(record)
      if (source === undefined) continue
      if (isFurther(source, spot)) spot = { offset: source.offset, index: source.index }
      else isDisturbed = true
    }
    const unlooked = isWatched && isDisturbed ? { from, said } : undefined
    return createOutputReach({ isWatched, position: end, spot, unlooked })
  }

  async function readLetters(): Promise<number> {
    const place = { log: deps.log, topic: letters, partition: deps.deadLetterPartition }
    const { begin, end } = await boundsOf(place)
    for await (const letter of readRange(place, Math.max(begin, knownPosition(letters, end) ?? begin), end)) {
      const offset = deadLetterOffset(letter, deps.inputTopic, deps.partition, deps.group)
      if (offset !== undefined) poisoned.add(offset)
    }
    return end
  }

  /** Undefined, too, when the topic has lost that end. */
  function knownPosition(topic: string, end: number): number | undefined {
    const known = deps.saved?.positions[topic]
    return known !== undefined && known <= end ? known : undefined
  }

  const letters = deadLetterTopic(deps.inputTopic)
  const reaches = new Map<string, OutputReach>()
  for (const topic of deps.coPartitionedTopics) reaches.set(topic, await openReach(topic))
  let lettersPosition = await readLetters()

  return {
    isSaid({ topic, coPartitioned }, spot) {
      if (spot.offset < settled) return true
      const last = coPartitioned ? reaches.get(topic)?.spot : undefined
      return last !== undefined && !isAfter(spot, last)
    },
    isPoisoned: (offset) => poisoned.has(offset),
    addPoisoned(offset) {
      poisoned.add(offset)
      for (const each of poisoned) if (each < offset - poisonRemembered) poisoned.delete(each)
    },
    poisonedWithin(offset, window) {
      let count = 0
      for (const each of poisoned) if (each <= offset && each > offset - window) count += 1
      return count
    },
    onAppended(appended, records) {
      appended.forEach(({ topic, partition, offset }, index) => {
        if (topic === letters && partition === deps.deadLetterPartition) lettersPosition = offset + 1
        const source = sourceOf(records[index]?.headers ?? {})
        if (source !== undefined && partition === deps.partition) reaches.get(topic)?.onAppended(offset, source)
      })
    },
    reaches,
    snapshot: () => ({
      spots: Object.fromEntries(
        [...reaches].flatMap(([topic, { spot }]) => (spot === undefined ? [] : [[topic, spot]])),
      ),
      positions: {
        ...Object.fromEntries(Array.from(reaches, ([topic, { position }]) => [topic, position])),
        [letters]: lettersPosition,
      },
      poisoned: [...poisoned],
    }),
  }
}

/** From the end back until something of ours is found: what one writer said last is what it said furthest. */
async function readBackward(
  place: LogPlace,
  begin: number,
  end: number,
  take: (record: LogRecord) => Source | undefined,
): Promise<Spot | undefined> {
  let furthest: Spot | undefined
  for (let upTo = end; upTo > begin && furthest === undefined; upTo -= readLimit) {
    for await (const record of readRange(place, Math.max(begin, upTo - readLimit), upTo)) {
      const source = take(record)
      if (source !== undefined && isFurther(source, furthest)) furthest = { offset: source.offset, index: source.index }
    }
  }
  return furthest
}
