import { nameOfTopic, splitUserKey, stageCatalogue, topicOf, type TopicName } from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { problemOfError } from '@watchword/service-kit'
import { deadLetterTopic } from '@watchword/stream'

/** A record that a stage could not read or fold, as it lies beside its topic. */
export type DeadLetter = Readonly<{
  /** `<topic>-<partition>-<offset>` of the letter. */
  id: string
  name: TopicName
  record: LogRecord
  /** When it was last put back, epoch milliseconds. */
  replayedAt: number | null
}>

/** The dead letters of a tenant, read from the log each time: there should be none. */
export interface DeadLetters {
  /** In the order of the ids; of one topic, or of all that stages read. */
  list(tenant: string, topic?: string): Promise<readonly DeadLetter[]>
  find(tenant: string, id: string): Promise<DeadLetter | undefined>
  /**
   * Puts the record back on its topic, once: answers false for a letter that was put back before. Two replicas that are asked at once may both
   * do it; the stage then takes the first, as it does with any record that comes twice.
   */
  replay(tenant: string, letter: DeadLetter, operator: string): Promise<boolean>
}

/** Topics that have dead letters: those that stages read. */
export const letterTopics: readonly TopicName[] = stageCatalogue.flatMap(({ input }) => nameOfTopic(input) ?? [])

const recordsPerRead = 500
const idForm = /^([a-z]+)-(0|[1-9]\d{0,4})-(0|[1-9]\d{0,15})$/

/** Header of the note that a letter was put back, which lies beside it: the letter's offset. */
const replayedHeader = 'dlq.replayed.offset'

export function createDeadLetters({ log }: Readonly<{ log: EventLog }>): DeadLetters {
  let replaying: Promise<unknown> = Promise.resolve()

  async function recordsOf(topic: string, partition: number, from: number, end: number): Promise<readonly LogRecord[]> {
    const all: LogRecord[] = []
    for (let offset = from; offset < end; ) {
      const records = await log.read(topic, partition, offset, recordsPerRead)
      if (records.length === 0) break
      all.push(...records)
      offset = (records.at(-1)?.offset ?? end) + 1
    }
    return all
  }

  async function lettersOf(tenant: string, name: TopicName, only?: number): Promise<readonly DeadLetter[]> {
    const topic = deadLetterTopic(topicOf(name))
    const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
    const letters: DeadLetter[] = []
    for (const [partition, end] of ends.entries()) {
      if (only !== undefined && only !== partition) continue
      const records = await recordsOf(topic, partition, begins[partition] ?? 0, end)
      const replayed = new Map(records.map(({ headers, timestamp }) => [Number(headers[replayedHeader]), timestamp]))
      for (const record of records) {
        if (replayedHeader in record.headers || splitUserKey(record.key).tenant !== tenant) continue
        const { offset } = record
        letters.push({ id: `${name}-${partition}-${offset}`, name, record, replayedAt: replayed.get(offset) ?? null })
      }
    }
    return letters
  }

  async function find(tenant: string, id: string): Promise<DeadLetter | undefined> {
    const [, named, partition] = idForm.exec(id) ?? []
    const name = letterTopics.find((known) => known === named)
    if (name === undefined) return undefined
    const letters = await lettersOf(tenant, name, Number(partition))
    return letters.find((letter) => letter.id === id)
  }

  async function putBack(tenant: string, { id, name }: DeadLetter, operator: string): Promise<boolean> {
    const letter = await find(tenant, id)
    if (letter === undefined || letter.replayedAt !== null) return false
    const { topic, partition, offset, key, value, headers } = letter.record
    const own = Object.fromEntries(Object.entries(headers).filter(([header]) => !header.startsWith('dlq.')))
    const note = { [replayedHeader]: String(offset), 'dlq.replayed.by': operator }
    try {
      await log.append([
        {
          topic: topicOf(name),
          key,
          value,
          partition: Number(headers['dlq.original.partition']),
          headers: { ...own, 'dlq.replayed.from': id },
        },
        { topic, key, value: new Uint8Array(), partition, headers: note },
      ])
    } catch (error) {
      throw problemOfError(error)
    }
    return true
  }

  return {
    async list(tenant, topic) {
      const names = letterTopics.filter((name) => topic === undefined || topicOf(name) === topic)
      return (await Promise.all(names.map((name) => lettersOf(tenant, name)))).flat()
    },
    find,
    replay(tenant, letter, operator) {
      // One after the other: the second of two that ask at once finds the note of the first.
      const turn = replaying.then(() => putBack(tenant, letter, operator))
      replaying = turn.catch(() => undefined)
      return turn
    },
  }
}
