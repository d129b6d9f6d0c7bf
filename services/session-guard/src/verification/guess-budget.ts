import { type Codecs, topicOf } from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import type { Logger } from '@watchword/service-kit'
import { type Clock, createView, createWatermarks, type StreamError } from '@watchword/stream'

export type GuessBudgetDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'session'>
  clock: Clock
  logger: Logger
  onFatal: (error: StreamError) => void
}>

/** How many wrong codes the users of one tenant may give together: a guesser who has many sessions has as many budgets of users. */
export interface GuessBudget {
  /** Until when no code of the tenant counts, epoch milliseconds; null while the budget lasts. */
  spentUntil(tenant: string): number | null
  stop(): Promise<void>
}

/** What is counted: wrong codes, and codes that were used. A signature is no guess. */
const guesses: ReadonlySet<string> = new Set(['wrong-answer', 'step-used'])
/** How far back a start looks, records of a partition. */
const lookBackRecords = 5_000
/** Nobody asks how old this view is. */
const pollEveryMs = 60_000
const windowMs = 900_000

/** Starts to count, from the record of all replicas: a restart forgives nothing, as far as it looks back. */
export async function createGuessBudget(
  config: Readonly<{ tenantGuessesMax: number }>,
  { log, codecs, clock, logger, onFatal }: GuessBudgetDeps,
): Promise<GuessBudget> {
  const topic = topicOf('session')
  const watermarks = createWatermarks()
  /** By tenant: when each of the newest guesses was made, as many as may be. */
  const times = new Map<string, number[]>()
  const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])

  function apply(record: LogRecord): void {
    if (record.headers['ce_type'] !== 'watchword.verification-failed' || watermarks.isRepeat(record)) return
    watermarks.advance(record)
    try {
      const { tenant, at, body } = codecs.session.decode(record.value ?? new Uint8Array())
      if (body.type === 'verification-failed' && guesses.has(body.data.reason)) count(tenant, at)
    } catch (error) {
      logger.warn({ err: error, partition: record.partition, offset: record.offset }, 'unreadable guess skipped')
    }
  }

  function count(tenant: string, at: number): void {
    const known = times.get(tenant) ?? []
    known.push(at)
    if (known.length > config.tenantGuessesMax) known.shift()
    times.set(tenant, known)
    if (known.length === config.tenantGuessesMax && at - (known[0] ?? at) < windowMs)
      logger.warn({ tenant }, 'a tenant has given as many wrong codes as it may')
  }

  const view = await createView(
    {
      topics: [topic],
      pollEveryMs,
      from: (_topic, partition) => Math.max(begins[partition] ?? 0, (ends[partition] ?? 0) - lookBackRecords),
    },
    { log, clock, onRecord: apply, onFatal },
  )
  await view.ready
  return {
    spentUntil(tenant) {
      const known = times.get(tenant) ?? []
      const oldest = known.length < config.tenantGuessesMax ? undefined : known[0]
      return oldest !== undefined && oldest + windowMs > clock.now() ? oldest + windowMs : null
    },
    stop: () => view.stop(),
  }
}
