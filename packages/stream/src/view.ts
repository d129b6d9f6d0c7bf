import type { EventLog, LogRecord, TailStart } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import { StreamError } from './stream-error.ts'

export type ViewConfig = Readonly<{
  topics: readonly string[]
  /** Where the tail begins; with the oldest record by default. */
  from?: TailStart
  /** How often the ends are asked for; 100 ms by default. */
  pollEveryMs?: number
}>

export type ViewDeps = Readonly<{
  log: EventLog
  clock: Clock
  /** Called for each record in the order of its partition; what it throws ends the view. */
  onRecord: (record: LogRecord) => void
  onFatal: (error: StreamError) => void
}>

/** Topics tailed into memory. */
export interface View {
  /** Resolves when the view has everything up to the ends as they were when it began. */
  readonly ready: Promise<void>
  /**
   * Milliseconds since the view was last known to be complete: since it SENT the question for the ends whose answer it
   * has reached. Infinity before it was ready for the first time.
   */
  ageMs(): number
  /** Asks for the ends now; resolves when they are reached. Rejects when the view ends before, or the log does not answer. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

type Question = Readonly<{
  sentAt: number
  missing: Map<string, Readonly<{ topic: string; partition: number; end: number }>>
  done: () => void
  failed: (error: Error) => void
}>

export async function createView(config: ViewConfig, deps: ViewDeps): Promise<View> {
  const { log, clock } = deps
  const applied = new Map<string, number>()
  const questions = new Set<Question>()
  let freshAt = Number.NEGATIVE_INFINITY
  let ended: Error | undefined
  let cancelPoll: (() => void) | undefined

  const tail = await log.tail({
    topics: config.topics,
    from: config.from ?? 'begin',
    onRecords(records) {
      for (const record of records) deps.onRecord(record)
      const last = records.at(-1)
      if (last === undefined) return
      applied.set(`${last.topic}/${last.partition}`, last.offset + 1)
      settle()
    },
    onError(error) {
      const fault = new StreamError('view-failed', 'a view can no longer follow the log', { cause: error })
      end(fault)
      deps.onFatal(fault)
    },
  })

  /** The tail's own position counts too: it alone knows of offsets that compaction left empty. */
  function positionOf(name: string, topic: string, partition: number): number {
    return Math.max(applied.get(name) ?? 0, tail.position(topic, partition))
  }

  function settle(): void {
    for (const question of questions) {
      for (const [name, { topic, partition, end }] of question.missing) {
        if (positionOf(name, topic, partition) >= end) question.missing.delete(name)
      }
      if (question.missing.size > 0) continue
      questions.delete(question)
      freshAt = Math.max(freshAt, question.sentAt)
      question.done()
    }
  }

  async function refresh(): Promise<void> {
    if (ended !== undefined) throw ended
    const sentAt = clock.elapsed()
    const missing: Question['missing'] = new Map()
    for (const topic of config.topics) {
      const ends = await log.ends(topic)
      ends.forEach((end, partition) => missing.set(`${topic}/${partition}`, { topic, partition, end }))
    }
    await new Promise<void>((done, failed) => {
      questions.add({ sentAt, missing, done, failed })
      settle()
    })
  }

  function end(error: Error): void {
    ended ??= error
    cancelPoll?.()
    for (const question of questions) question.failed(error)
    questions.clear()
  }

  /** One question after the other: those of a long catch-up must not pile up. */
  async function poll(): Promise<void> {
    while (ended === undefined) {
      const { promise: due, resolve } = Promise.withResolvers<void>()
      cancelPoll = clock.after(config.pollEveryMs ?? 100, resolve)
      // An unanswered question leaves the age growing, which is what those who ask for it must see.
      await refresh().catch(() => undefined)
      await due
    }
  }

  void poll()
  const ready = tail.caughtUp.then(refresh)
  ready.catch(() => undefined)
  return {
    ready,
    ageMs: () => Math.max(0, clock.elapsed() - freshAt),
    refresh,
    async stop() {
      end(new StreamError('view-failed', 'the view was stopped'))
      await tail.stop()
    },
  }
}
