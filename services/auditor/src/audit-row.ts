import { type Codecs, nameOfTopic, type TopicName, topicCatalogue, topicOf } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { type Source, sourceOf } from '@watchword/stream'
import { ownerOf } from './record-owner.ts'

/** One record of the log as a row of the table `records`, without its link. */
export type AuditRow = Readonly<{
  topic: string
  partition: number
  offset: number
  /** Epoch milliseconds. */
  at: number
  tenant: string
  /** Empty for a record that is about no user, such as a policy, an app or an endpoint. */
  user: string
  app: string
  session: string
  type: string
  id: string
  body: string
  source_stage: string
  source_partition: number
  source_offset: number
  source_index: number
}>

type Named = Readonly<{
  app?: unknown
  session?: unknown
  id?: unknown
  activity?: unknown
  lock?: unknown
  authorization?: unknown
  notification?: unknown
}>

/** The row of a record; one that cannot be decoded becomes a row of type `undecodable` with its bytes, so nothing is missing. */
export function auditRow(record: LogRecord, codecs: Codecs): AuditRow {
  const source = storableSource(record)
  const read = readRecord(record, codecs)
  const { tenant, user } = ownerOf(record)
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    at: read.at !== undefined && isStorable(read.at) ? read.at : takenAt(record),
    tenant,
    user,
    app: text(read.named.app),
    session: text(read.named.session),
    type: read.type,
    id: text(
      read.named.id ?? read.named.activity ?? read.named.lock ?? read.named.authorization ?? read.named.notification,
    ),
    body: JSON.stringify(read.value, mayHoldSecrets.has(record.topic) ? withoutSecrets : undefined),
    source_stage: source?.stage ?? '',
    source_partition: source?.partition ?? 0,
    source_offset: source?.offset ?? 0,
    source_index: source?.index ?? 0,
  }
}

/** No row is later; epoch milliseconds. */
export const endOfTime = Date.UTC(2100, 0)

// One record with a time that the table cannot hold would be inserted again and again, and nothing after it.
function isStorable(at: number): boolean {
  return at >= 0 && at < endOfTime
}

/** When the log took the record, epoch milliseconds; 0 where it says no time that the table holds. */
export function takenAt({ timestamp }: LogRecord): number {
  return isStorable(timestamp) ? timestamp : 0
}

/** The source of a record; none where it has numbers that the table does not hold, which no stage writes. */
export function storableSource({ headers }: LogRecord): Source | undefined {
  const source = sourceOf(headers)
  return source !== undefined && source.partition <= uint16Max && source.index <= uint16Max ? source : undefined
}

const uint16Max = 0xff_ff

/** By topic; asked for each record. */
const names: ReadonlyMap<string, TopicName | undefined> = new Map(
  topicCatalogue.map(({ name }) => [name, nameOfTopic(name)]),
)

type Read = Readonly<{ type: string; value: unknown; named: Named; at: number | undefined }>

function readRecord(record: LogRecord, codecs: Codecs): Read {
  const name = names.get(record.topic)
  if (record.value === null) return { type: `${name ?? 'record'}.deleted`, value: null, named: {}, at: undefined }
  if (name === undefined) return undecodable('dead-letter', record.value, { headers: record.headers })
  try {
    return decoded(name, codecs[name].decode(record.value))
  } catch (error) {
    return undecodable('undecodable', record.value, { reason: error instanceof Error ? error.message : String(error) })
  }
}

type Decoded = Readonly<{ body?: { type: string; data: object }; receivedAt?: number; at?: number }>

function decoded(name: TopicName, value: object): Read {
  const { body, receivedAt, at } = value as Decoded
  const type = body === undefined || body.type === name ? name : `${name}.${body.type}`
  return { type, value, named: body === undefined ? value : body.data, at: receivedAt ?? at }
}

function undecodable(type: string, bytes: Uint8Array, extra: object): Read {
  return { type, value: { ...extra, bytes: Buffer.from(bytes).toString('base64') }, named: {}, at: undefined }
}

/** What the audit never stores: sealed factors, and the MAC and key hashes that only their owners need. */
const secretFields: ReadonlySet<string> = new Set(['sealed', 'mac', 'secretHash'])

/** Topics whose records have such fields; the others are spared the look at every one. */
const mayHoldSecrets: ReadonlySet<string> = new Set([topicOf('mfa'), topicOf('app')])

function withoutSecrets(key: string, value: unknown): unknown {
  return secretFields.has(key) ? undefined : value
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
