import { type Codecs, topicOf, userKey } from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { sourceOf } from '@watchword/stream'
import { LRUCache } from 'lru-cache'
import type { Answer } from './commands.ts'
import { isRepeatable } from './idempotency.ts'

/** When a command was decided, log time in epoch milliseconds; both ends count. */
export type Period = Readonly<{ from: number; until: number }>

export type PastAnswersDeps = Readonly<{
  log: Pick<EventLog, 'begins' | 'ends' | 'read' | 'partitionFor'>
  codecs: Pick<Codecs, 'session'>
}>

/** What commands led to, from the fold's own record: whichever process sent them, and whatever it has forgotten since. */
export interface PastAnswers {
  /** The first answer to the command that says more than that it was accepted, or else the first; undefined when the period has none. */
  find(tenant: string, user: string, commandId: string, period: Period): Promise<Answer | undefined>
}

/** Tickets, capabilities and challenges live for an hour at most, as the policy's schema has it. */
const lifeMsMax = 3_600_000

/** When something that is good until `expiresAt` can have been used. */
export function lifeUntil(expiresAt: number): Period {
  return { from: expiresAt - lifeMsMax, until: expiresAt }
}

/** When a request of a backend, which nothing ends, can have been made for the first time. */
export function lastDay(now: number): Period {
  return { from: now - 86_400_000, until: Number.POSITIVE_INFINITY }
}

/** Records of one partition that are looked through at most, the newest; what is older is not found. */
const recordsMax = 20_000
const recordsPerRead = 500
const recordsPerProbe = 8
/** Users whose answers are remembered, and answers remembered of each: the newest. */
const usersMax = 500
const answersMax = 500

type Found = Readonly<{ answer: Answer; time: number }>

/** The answers to the repeatable commands of one user that were decided at `since` or later. */
type Reading = Readonly<{
  since: number
  answers: readonly Found[]
  /** Reads what the log has got since. */
  readOn(): Promise<void>
}>

/**
 * What was read for a user is kept, and only what is new is read the next time: whoever repeats requests without end would otherwise have
 * the partition read again for each.
 */
export function createPastAnswers({ log, codecs }: PastAnswersDeps): PastAnswers {
  const topic = topicOf('session')
  const readings = new LRUCache<string, Reading>({ max: usersMax })

  /** The first record in a range that tells its log time: what somebody else has put into the topic does not. */
  async function timedIn(partition: number, begin: number, end: number): Promise<LogRecord | undefined> {
    for (let offset = begin; offset < end; ) {
      const records = await log.read(topic, partition, offset, recordsPerProbe)
      const found = records.find((record) => !Number.isNaN(timeOf(record)))
      if (found !== undefined) return found.offset < end ? found : undefined
      offset = (records.at(-1)?.offset ?? end) + 1
    }
    return undefined
  }

  /** Where in a range the records begin that were made after `time`: log time never goes back within a partition. */
  async function firstAfter(partition: number, begin: number, end: number, time: number): Promise<number> {
    let [low, high] = [begin, end]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const record = await timedIn(partition, middle, high)
      if (record === undefined || timeOf(record) > time) high = middle
      else low = record.offset + 1
    }
    return low
  }

  function startReading(key: string, since: number): Reading {
    const partition = log.partitionFor(topicOf('mfa'), key)
    const answers: Found[] = []
    let next: number | undefined
    let current: Readonly<{ version: number; events: Answer['events'] }> = { version: -1, events: [] }
    let reading: Promise<void> = Promise.resolve()

    function take(record: LogRecord): void {
      const decoded = record.key === key ? decode(codecs, record) : undefined
      if (decoded === undefined) return
      const version = sourceOf(record.headers)?.offset ?? -1
      // All that one input led to stands together; the last record names the command.
      const before = current.version === version ? current.events : []
      current = { version, events: [...before, decoded.body] }
      const { commandId, seq, at } = decoded
      if (commandId === null || !isRepeatable(commandId)) return
      answers.push({ answer: { commandId, events: current.events, seq, at, version }, time: timeOf(record) })
      if (answers.length > answersMax) answers.shift()
    }

    async function readToEnd(): Promise<void> {
      const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
      const end = ends[partition] ?? 0
      next ??= await firstAfter(partition, begins[partition] ?? 0, end, since - 1)
      for (next = Math.max(next, end - recordsMax); next < end; ) {
        const records = await log.read(topic, partition, next, recordsPerRead)
        const known = records.filter(({ offset }) => offset < end)
        for (const record of known) take(record)
        next = known.length < records.length ? end : (records.at(-1)?.offset ?? end - 1) + 1
      }
    }

    return {
      since,
      answers,
      readOn() {
        const before = reading
        // One after the other, or a record would be taken twice; who asked before has heard of a failure, and it is tried again.
        reading = Promise.allSettled([before]).then(readToEnd)
        return reading
      },
    }
  }

  return {
    async find(tenant, user, commandId, { from, until }) {
      const key = userKey(tenant, user)
      const known = readings.get(key)
      const reading = known !== undefined && known.since <= from ? known : startReading(key, from)
      readings.set(key, reading)
      await reading.readOn()
      const meant = reading.answers.filter(
        ({ answer, time }) => answer.commandId === commandId && time >= from && time <= until,
      )
      return (meant.find(({ answer }) => !isBare(answer)) ?? meant[0])?.answer
    },
  }
}

/** Whether an answer says nothing but that the command was accepted: it changed nothing, or it was known already. */
export function isBare({ events }: Pick<Answer, 'events'>): boolean {
  return events.every(({ type }) => type === 'command-accepted')
}

function timeOf({ headers }: LogRecord): number {
  return Date.parse(headers['ce_time'] ?? '')
}

function decode(
  codecs: PastAnswersDeps['codecs'],
  { value }: LogRecord,
): ReturnType<Codecs['session']['decode']> | undefined {
  try {
    return value === null ? undefined : codecs.session.decode(value)
  } catch {
    // Whoever tails the topic has reported it.
    return undefined
  }
}
