import { type Codecs, topicOf, userKey } from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { sourceOf } from '@watchword/stream'
import type { Answer } from './commands.ts'

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

/** Records of one partition that are looked through at most, the newest of the period; what is older is not found. */
const recordsMax = 20_000
const recordsPerRead = 500
const recordsPerProbe = 8

export function createPastAnswers({ log, codecs }: PastAnswersDeps): PastAnswers {
  const topic = topicOf('session')

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

  async function* recordsOf(key: string, { from, until }: Period): AsyncGenerator<LogRecord, undefined> {
    const partition = log.partitionFor(topicOf('mfa'), key)
    const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
    const begin = begins[partition] ?? 0
    const end = await firstAfter(partition, begin, ends[partition] ?? 0, until)
    const first = await firstAfter(partition, begin, end, from - 1)
    for (let offset = Math.max(first, end - recordsMax); offset < end; ) {
      const records = await log.read(topic, partition, offset, recordsPerRead)
      for (const record of records) if (record.key === key && record.offset < end) yield record
      offset = (records.at(-1)?.offset ?? end) + 1
    }
    return undefined
  }

  return {
    async find(tenant, user, commandId, period) {
      let bare: Answer | undefined
      let current: Readonly<{ version: number; events: Answer['events'] }> = { version: -1, events: [] }
      for await (const record of recordsOf(userKey(tenant, user), period)) {
        const decoded = decode(codecs, record)
        if (decoded === undefined) continue
        const version = sourceOf(record.headers)?.offset ?? -1
        // All that one input led to stands together; the last record names the command.
        const before = current.version === version ? current.events : []
        current = { version, events: [...before, decoded.body] }
        if (decoded.commandId !== commandId) continue
        const answer = { commandId, events: current.events, seq: decoded.seq, at: decoded.at, version }
        if (!isBare(answer)) return answer
        bare ??= answer
      }
      return bare
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
