import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type avsc from 'avsc'
import { avroType } from './avro-type.ts'
import { encodeBehind } from './encode-behind.ts'
import { kebab } from './naming.ts'
import type { SchemaRegistry } from './registry.ts'
import { SchemaRegistryError } from './schema-registry-error.ts'
import { type TopicName, topicCatalogue, topicOf } from './topics.ts'
import type { TopicValues } from './topic-values.ts'
import { openWriterSchemas, type WriterSchemas } from './writer-schemas.ts'

/** A record that cannot be read: too short, another magic byte, an unknown schema, or bytes that do not fit it. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError'
  readonly code = 'undecodable-record'
}

/** Writes and reads the values of one topic in Confluent framing: a zero byte, the schema's id in four bytes, the Avro body. */
export interface Codec<Value> {
  readonly encode: (value: Value) => Uint8Array
  /** Throws UndecodableError. */
  readonly decode: (bytes: Uint8Array) => Value
}

export type Codecs = { readonly [Name in TopicName]: Codec<TopicValues[Name]> }

const frameBytes = 5

/** What carries a value of a topic: a record of the log. */
export type FramedRecord = Readonly<{ topic: string; value: Uint8Array | null }>

/** The codecs, and what has to happen before records of others are decoded. */
export type OpenCodecs = Readonly<{
  codecs: Codecs
  /**
   * Asks the registry for the schemas of these records that are not known yet, so that decoding needs no I/O. Mostly there are none and
   * nothing is asked. While the registry is away it asks again, up to `retryWithinMs`, or until the signal; then it rejects with
   * `schema-registry-unavailable`. It rejects with `schema-unreadable` for records that a newer schema wrote which this build cannot read.
   */
  prepare: (records: readonly FramedRecord[], signal?: AbortSignal) => Promise<void>
}>

export type CodecsConfig = Readonly<{
  /** How long `prepare` asks a registry that does not answer. Default 60 000 ms. */
  retryWithinMs?: number
}>

/** Registers every schema of the catalogue and answers the codecs; a record of an older schema is read through the current one. */
export async function createCodecs(registry: SchemaRegistry): Promise<Codecs> {
  return (await openCodecs(registry)).codecs
}

/** Like `createCodecs`, for a registry in which others register schemas as well. Rejects with a SchemaRegistryError. */
export async function openCodecs(registry: SchemaRegistry, config: CodecsConfig = {}): Promise<OpenCodecs> {
  const { retryWithinMs = 60_000 } = config
  const codecs: Partial<Record<TopicName, Codec<never>>> = {}
  const schemas = new Map<string, WriterSchemas>()
  for (const entry of topicCatalogue) {
    const name = entry.schema.replace('.avsc', '') as TopicName
    const text = schemaText(name)
    const type = avroType(text)
    const writers = await openWriterSchemas(`${topicOf(name)}-value`, { type, text }, registry)
    schemas.set(entry.name, writers)
    codecs[name] = createCodec(type, writers)
  }
  return {
    codecs: codecs as unknown as Codecs,
    async prepare(records, signal) {
      for (const { topic, value } of records) {
        const writers = schemas.get(topic)
        const id = value === null ? undefined : schemaIdOf(value)
        if (writers === undefined || id === undefined) continue
        if (!writers.knows(id)) await retrying(() => writers.learn(id), retryWithinMs, signal)
        writers.readerOf(id)
      }
    },
  }
}

async function retrying(attempt: () => Promise<void>, retryWithinMs: number, signal?: AbortSignal): Promise<void> {
  let waitMs = 50
  for (let waitedMs = 0; signal?.aborted !== true; waitedMs += waitMs) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof SchemaRegistryError && error.retryable) || waitedMs >= retryWithinMs) throw error
    }
    waitMs = Math.min(waitMs * 2, 1000)
    await setTimeout(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}

/** The schema text of a topic as it stands in schemas/. */
export function schemaText(name: TopicName): string {
  const file = new URL(`../../../schemas/${name}.avsc`, import.meta.url)
  return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))
}

function createCodec<Value>(type: avsc.Type, writers: WriterSchemas): Codec<Value> {
  return {
    encode: (value) => encode(type, writers.id, value),
    decode: (bytes) => decode(type, writers, bytes) as Value,
  }
}

function encode(type: avsc.Type, id: number, value: unknown): Uint8Array {
  const frame = encodeBehind(frameBytes, type, toAvro(type, value))
  frame[0] = 0
  frame.writeUInt32BE(id, 1)
  return frame
}

function decode(type: avsc.Type, writers: WriterSchemas, bytes: Uint8Array): unknown {
  const id = schemaIdOf(bytes)
  if (id === undefined) throw new UndecodableError('not in Confluent framing')
  const reader = writers.readerOf(id)
  if (reader === undefined) throw new UndecodableError(`schema ${id} is not one of this topic`)
  try {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset + frameBytes, bytes.byteLength - frameBytes)
    return fromAvro(type.fromBuffer(body, reader ?? undefined))
  } catch (cause) {
    throw new UndecodableError('the bytes do not fit their schema', { cause })
  }
}

/** The id in the frame, or undefined without one. */
function schemaIdOf(bytes: Uint8Array): number | undefined {
  if (bytes.byteLength < frameBytes || bytes[0] !== 0) return undefined
  // Asked of every record, more than once: no view is made for it.
  return [1, 2, 3, 4].reduce((id, at) => id * 256 + (bytes[at] ?? 0), 0)
}

type WithBody = { body?: unknown }

function toAvro(type: avsc.Type, value: unknown): unknown {
  const { body } = value as WithBody
  if (body === undefined) return value
  const { type: tag, data } = body as { type: string; data: unknown }
  return { ...(value as object), body: { [branchName(type, tag)]: data } }
}

function fromAvro(value: unknown): unknown {
  const record = value as WithBody
  if (record.body === undefined) return value
  const [[name, data] = ['', undefined]] = Object.entries(record.body as object)
  record.body = { type: tagOf(name), data }
  return record
}

const branchNames = new WeakMap<avsc.Type, Map<string, string>>()

function branchName(type: avsc.Type, tag: string): string {
  let names = branchNames.get(type)
  if (!names) {
    const body = (type as avsc.types.RecordType).fields.find((field) => field.name === 'body')
    const union = body?.type as avsc.types.WrappedUnionType | undefined
    names = new Map(union?.types.map((branch) => [tagOf(branch.name ?? ''), branch.name ?? '']))
    branchNames.set(type, names)
  }
  return names.get(tag) ?? tag
}

const tags = new Map<string, string>()

function tagOf(branch: string): string {
  let tag = tags.get(branch)
  if (tag === undefined) {
    tag = kebab(branch.slice(branch.lastIndexOf('.') + 1))
    tags.set(branch, tag)
  }
  return tag
}
