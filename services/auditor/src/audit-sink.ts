import type { Clickhouse } from '@watchword/clickhouse'
import { type Codecs, stateTopics, topicOf } from '@watchword/contracts'
import type { EventLog, LogRecord, Tail } from '@watchword/event-log'
import type { ServiceSpans } from '@watchword/service-host'
import type { Logger } from '@watchword/service-kit'
import { createWatermarks, isAgain } from '@watchword/stream'
import { makeAuditBatch } from './audit-batch.ts'
import type { AuditMetrics } from './audit-metrics.ts'
import { type AuditPosition, completePositions, readAuditPosition } from './audit-position.ts'
import { createAuditQueue } from './audit-queue.ts'
import { type ChainHead, createChainHeads } from './chain/chain-heads.ts'
import { chainName } from './chain/link.ts'
import { insertBatch, type Prepared, tellViewRefusal } from './insert-batch.ts'
import { endInserts, repeatLastInsert } from './insert-records.ts'
import { createRefusals } from './refusals.ts'
import { storedAgain } from './stored-again.ts'

export type AuditSinkConfig = Readonly<{
  /** How long records may wait for company, milliseconds; not at all when somebody waits for them, or there is a whole batch. */
  flushIntervalMs: number
  /** Records stored together at most; reading stops at twice as many. */
  batchRowsMax: number
  /** Bytes of the records stored together, by their values; reading stops at twice as many. */
  batchBytesMax: number
  /** Pause after a failed insert, milliseconds; doubles up to 32 times. */
  retryMs: number
}>

export type AuditSinkDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  client: Clickhouse
  logger: Logger
  metrics: AuditMetrics
  /** Records a span of each insert; undefined where nothing is traced. */
  spans?: Pick<ServiceSpans, 'batch'> | undefined
  /** Epoch milliseconds. */
  now: () => number
  /** Whether nobody else stores now; while it is false, nothing is sent. Always true by default. */
  mayStore?: () => boolean
  onFatal: (error: Error) => void
}>

/** Stores every record of every topic but the factors, once. */
export interface AuditSink {
  /** True when everything that the log held when asked is stored; false when `withinMs` went by first. */
  caughtUp(withinMs: number): Promise<boolean>
  /** Milliseconds that inserts have been failing; 0 while they succeed. */
  failingMs(): number
  /** Where each chain ends, as it is stored; nothing where another replica stores. */
  heads(): readonly ChainHead[]
  stop(): Promise<void>
}

/** Sealed factors never leave the session guard's own topics; states of stages say nothing that the log does not. */
const neverStored = new Set([topicOf('factor'), `${topicOf('factor')}.dlq`, ...stateTopics.map(({ name }) => name)])

/** Well below what a report may be late and still be called fresh. */
const gatherMs = 100

export async function startAuditSink(config: AuditSinkConfig, deps: AuditSinkDeps): Promise<AuditSink> {
  const { log, codecs, client, logger, metrics, now, mayStore = () => true } = deps
  await endInserts(client)
  await repeatLastInsert(client, (error) => tellViewRefusal(error, deps))
  await completePositions(client)
  const position = await readAuditPosition(client)
  let watermarks = createWatermarks(position.watermarks)
  let heads = createChainHeads(position.heads)
  /** The two as they are in the table; those above have what is on its way there as well. */
  let inTable: Pick<AuditPosition, 'heads' | 'watermarks'> = position
  let { storedAt } = position
  const refusals = createRefusals()
  const topics = [...log.topics.keys()].filter((topic) => !neverStored.has(topic))
  const next = new Map(position.heads.map((head) => [chainName(head.topic, head.partition), head.offset + 1]))
  const stored = new Map(next)

  const waiting = createAuditQueue(config)
  let room = Promise.withResolvers<void>()
  let failingSince: number | undefined
  let stopping = false
  let flushNow: () => void = () => undefined
  let retryNow: () => void = () => undefined
  let preparing: Promise<Prepared | undefined> | undefined
  const idle: (() => void)[] = []

  const tail: Tail = await log.tail({
    topics,
    // Of nearly all topics: to ask for hundreds of partitions for each record would cost more than all else that is done with it.
    gatherMs,
    from: (topic, partition) => next.get(chainName(topic, partition)) ?? 0,
    onRecords: take,
    onError: deps.onFatal,
  })
  const flushing = flushForEver()

  // Called in the turn that made the records durable, when others want to go on with them: what there is to do is done later.
  async function take(records: readonly LogRecord[]): Promise<void> {
    waiting.push(records)
    if (isWanted()) flushNow()
    while (waiting.isFull() && !stopping) await room.promise
  }

  function isWanted(): boolean {
    return waiting.hasBatch() || (waiting.length > 0 && (idle.length > 0 || refusals.searching))
  }

  async function flushForEver(): Promise<void> {
    for (;;) {
      if (waiting.length === 0 && stopping) return
      if (waiting.length > 0 && !(await storeOne()) && stopping) return
      if (!stopping && !isWanted()) await pause(config.flushIntervalMs, (end) => (flushNow = end))
    }
  }

  async function storeOne(): Promise<boolean> {
    const coming = preparing ?? prepare(refusals.part(waiting.batch()))
    preparing = undefined
    const prepared = await coming
    if (prepared === undefined) return false
    const { records, batch } = prepared
    if (batch.rows > 0) {
      const span = deps.spans?.batch(records, insertSpan)
      const inserted = untilDone(() => insertBatch(prepared, { client, refusals, logger, metrics }), batch.rows)
      prepareNext(records.length)
      const outcome = await inserted
      if (outcome === stopped) return false
      span?.end()
      if (outcome === 'refused') {
        await goBack()
        return true
      }
    }
    metrics.repeats.inc(batch.repeats)
    inTable = batch
    waiting.drop(records.length)
    noteStored(records)
    room.resolve()
    room = Promise.withResolvers<void>()
    return true
  }

  /** Makes rows anew behind those that are stored: what was made of a refused batch, or behind it, never came to be. */
  async function goBack(): Promise<void> {
    await Promise.allSettled([preparing])
    preparing = undefined
    heads = createChainHeads(inTable.heads)
    watermarks = createWatermarks(inTable.watermarks)
  }

  /** Makes the rows of the next batch while the database takes the last one; not where it has to be asked about what is on its way to it. */
  function prepareNext(taken: number): void {
    const records = waiting.batch(taken)
    if (refusals.searching || records.length < config.batchRowsMax || records.some(isAgain)) return
    preparing = prepare(records)
    // Whoever takes it hears of it.
    preparing.catch(() => undefined)
  }

  async function prepare(records: readonly LogRecord[]): Promise<Prepared | undefined> {
    const known = await untilDone(() => storedAgain(client, records), records.length)
    if (known === stopped) return undefined
    storedAt = Math.max(now(), storedAt + 1)
    const asideOf = (record: LogRecord) => refusals.asideOf(record)
    const batch = await makeAuditBatch(records, { codecs, watermarks, heads, storedAt, stored: known, asideOf })
    return { records, batch }
  }

  // A repeat counts as stored: it is in the table already.
  function noteStored(records: readonly LogRecord[]): void {
    for (const [index, { topic, partition, offset }] of records.entries()) {
      const after = records[index + 1]
      // Of a run of one partition the last says all.
      if (after?.topic === topic && after.partition === partition) continue
      stored.set(chainName(topic, partition), offset + 1)
    }
    for (const { topic, partition, offset, reason, form } of refusals.stored(records)) {
      metrics.refused.inc()
      logger.error(
        { code: 'clickhouse-data-refused', topic, partition, offset, reason, form },
        'ClickHouse refuses the row of a record, which is stored as one of type refused',
      )
    }
    for (const wake of idle.splice(0)) wake()
  }

  /** Repeats what the database does not do until it does. */
  async function untilDone<Answer>(work: () => Promise<Answer>, rows: number): Promise<Answer | typeof stopped> {
    for (let attempt = 0; ; attempt++) {
      // The last thing before it: another token would not tell the database that the rows are there already.
      if (!(await untilMine())) return stopped
      try {
        const answer = await work()
        failingSince = undefined
        return answer
      } catch (error) {
        failingSince ??= performance.now()
        metrics.failures.inc()
        logger.warn({ err: error, rows, attempt }, 'audit insert failed, will be repeated')
        if (stopping) return stopped
        await pause(config.retryMs * 2 ** Math.min(attempt, 5), (end) => (retryNow = end))
      }
    }
  }

  /** False when the sink is stopped before it may store. */
  async function untilMine(): Promise<boolean> {
    while (!mayStore()) {
      if (stopping) return false
      await pause(config.retryMs, (end) => (retryNow = end))
    }
    return true
  }

  /** `onBegun` is given what ends the pause early. */
  async function pause(ms: number, onBegun: (end: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      onBegun(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  function isStored(ends: ReadonlyMap<string, number>): boolean {
    return [...ends].every(([partition, end]) => end === 0 || (stored.get(partition) ?? 0) >= end)
  }

  return {
    async caughtUp(withinMs) {
      const ends = new Map<string, number>()
      for (const topic of topics)
        for (const [partition, end] of (await log.ends(topic)).entries()) ends.set(chainName(topic, partition), end)
      const deadline = performance.now() + withinMs
      retryNow()
      while (!isStored(ends)) {
        flushNow()
        const left = deadline - performance.now()
        if (left <= 0) return false
        await Promise.race([new Promise<void>((resolve) => idle.push(resolve)), timeout(left)])
      }
      return true
    },
    failingMs: () => (failingSince === undefined ? 0 : performance.now() - failingSince),
    heads: () => inTable.heads,
    async stop() {
      stopping = true
      room.resolve()
      flushNow()
      retryNow()
      await tail.stop()
      await flushing
    },
  }
}

/** By the conventions for databases. */
const insertSpan = {
  name: 'INSERT records',
  kind: 'client',
  attributes: { 'db.system.name': 'clickhouse', 'db.operation.name': 'INSERT', 'db.collection.name': 'records' },
} as const

async function timeout(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref())
}

const stopped = Symbol('stopped')
