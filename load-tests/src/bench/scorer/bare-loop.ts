import { createHttpRegistry, openCodecs, topicOf } from '@watchword/contracts'
import type { AppendRecord, LogRecord, Member } from '@watchword/event-log'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { withPreparation } from '@watchword/stream'
import { runAsChild } from '../drive/child.ts'
import { bareGroup, bareTopicOf, bareTopics } from '../drive/bare-topics.ts'
import type { Said } from './said.ts'

/**
 * The least that a process can do that reads the same records and writes as many, of as many bytes: decodes each activity, encodes an
 * assessment, judges nothing, knows nobody. Arguments: a broker, the registry, what the product says as JSON.
 */
const [broker = '', registryUrl = '', saying = '[]', assessmentSample = ''] = process.argv.slice(2)
const said = JSON.parse(saying) as readonly Said[]
const outputs = said.filter(({ topic }) => !topic.includes('.state.'))
const states = said.filter(({ topic }) => topic.includes('.state.'))
const appendRecords = 500
const saveEveryMs = 1_000

await runAsChild(async (onEnd) => {
  const { codecs, prepare } = await openCodecs(createHttpRegistry({ url: registryUrl }))
  const connection = { brokers: [broker], clientId: 'bare-loop', topics: bareTopics }
  const log = withPreparation(await openKafkaLog(connection, { now: () => Date.now() }), prepare)
  const template = codecs.assessment.decode(Buffer.from(assessmentSample, 'base64'))
  const bodies = new Map(said.map(({ topic, valueBytes }) => [topic, Buffer.alloc(valueBytes, 'watchword')]))
  const latest = new Map<number, LogRecord>()
  const committed = new Map<number, number>()
  const savedAt = new Map<number, number>()

  /** As many records as the product would write for the inputs from `before` up to `after`. */
  function owed(
    { topic, perActivity, headers }: Said,
    record: LogRecord,
    before: number,
    after: number,
  ): AppendRecord[] {
    const count = Math.floor(after * perActivity) - Math.floor(before * perActivity)
    const { key, partition } = record
    const value = bodies.get(topic) ?? null
    return Array.from({ length: count }, () => ({ topic: bareTopicOf(topic), key, partition, value, headers }))
  }

  function outputsOf(record: LogRecord): readonly AppendRecord[] {
    const { user, body } = codecs.activity.decode(record.value ?? new Uint8Array())
    if (body.type !== 'activity') throw new RangeError('the feed holds activities alone')
    return outputs.flatMap((output) => {
      const records = owed(output, record, record.offset, record.offset + 1)
      if (output.topic !== topicOf('assessment')) return records
      const value = codecs.assessment.encode({ ...template, user, activity: body.data.id, session: body.data.session })
      return records.map((one) => ({ ...one, value }))
    })
  }

  async function appendAll(records: readonly AppendRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += appendRecords)
      await log.append(records.slice(from, from + appendRecords))
  }

  const member: Member = await log.join({
    group: bareGroup,
    topic: bareTopicOf(topicOf('activity')),
    onAssigned: async () => null,
    async onRecords(partition, records) {
      await appendAll(records.flatMap(outputsOf))
      const last = records.at(-1)
      if (last === undefined) return
      if (performance.now() - (savedAt.get(partition) ?? 0) >= saveEveryMs) await save(partition, last)
      else latest.set(partition, last)
    },
    onRevoked: async () => undefined,
    onError(error) {
      throw error
    },
  })
  /** Where the product saves the rows that it changed, as many bytes are written here. */
  async function save(partition: number, last: LogRecord): Promise<void> {
    latest.delete(partition)
    savedAt.set(partition, performance.now())
    const before = committed.get(partition) ?? 0
    const after = last.offset + 1
    committed.set(partition, after)
    await appendAll(states.flatMap((state) => owed(state, last, before, after)))
    await member.commit(partition, after)
  }

  const timer = setInterval(() => {
    for (const [partition, last] of latest) void save(partition, last)
  }, saveEveryMs)
  onEnd(async () => {
    clearInterval(timer)
    await member.stop()
    await log.close()
  })
  return {}
})
