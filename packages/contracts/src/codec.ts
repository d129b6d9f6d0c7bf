import { readFileSync } from 'node:fs'
import type avsc from 'avsc'
import { avroType } from './avro-type.ts'
import { kebab } from './naming.ts'
import type { SchemaRegistry } from './registry.ts'
import { type TopicName, topicCatalogue, topicOf } from './topics.ts'
import type { TopicValues } from './topic-values.ts'

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

/** Registers every schema of the catalogue and answers the codecs; a record of an older schema is read through the current one. */
export async function createCodecs(registry: SchemaRegistry): Promise<Codecs> {
  const codecs: Partial<Record<TopicName, Codec<never>>> = {}
  for (const entry of topicCatalogue) {
    const name = entry.schema.replace('.avsc', '') as TopicName
    codecs[name] = await createCodec(name, registry)
  }
  return codecs as unknown as Codecs
}

/** The schema text of a topic as it stands in schemas/. */
export function schemaText(name: TopicName): string {
  const file = new URL(`../../../schemas/${name}.avsc`, import.meta.url)
  return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))
}

async function createCodec<Value>(name: TopicName, registry: SchemaRegistry): Promise<Codec<Value>> {
  const text = schemaText(name)
  const type = avroType(text)
  const id = await registry.register(`${topicOf(name)}-value`, text)
  const readers = new Map<number, avsc.Resolver | undefined>([[id, undefined]])
  for (let older = 1; older < id; older++) {
    const writer = await registry.schemaOf(older)
    const resolver = writer === undefined ? undefined : resolverOf(type, writer)
    if (resolver) readers.set(older, resolver)
  }
  return { encode: (value) => encode(type, id, value), decode: (bytes) => decode(type, readers, bytes) as Value }
}

function resolverOf(type: avsc.Type, writer: string): avsc.Resolver | undefined {
  const writerType = avroType(writer)
  return writerType.name === type.name ? type.createResolver(writerType) : undefined
}

function encode(type: avsc.Type, id: number, value: unknown): Uint8Array {
  const avro = toAvro(type, value)
  const body = type.toBuffer(avro)
  const frame = Buffer.allocUnsafe(frameBytes + body.length)
  frame[0] = 0
  frame.writeUInt32BE(id, 1)
  body.copy(frame, frameBytes)
  return frame
}

function decode(type: avsc.Type, readers: ReadonlyMap<number, avsc.Resolver | undefined>, bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length < frameBytes || buffer[0] !== 0) throw new UndecodableError('not in Confluent framing')
  const id = buffer.readUInt32BE(1)
  if (!readers.has(id)) throw new UndecodableError(`schema ${id} is not one of this topic`)
  try {
    return fromAvro(type.fromBuffer(buffer.subarray(frameBytes), readers.get(id)))
  } catch (cause) {
    throw new UndecodableError('the bytes do not fit their schema', { cause })
  }
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
