import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import {
  type Codec,
  createCodecs,
  createEmbeddedRegistry,
  nameOfTopic,
  schemaText,
  topicCatalogue,
  type TopicName,
} from '@watchword/contracts'
import { repositoryFile, repositoryText } from './repository.ts'
import { sampleRecords } from './sample-record.ts'

/** Records as a schema once wrote them: Avro bodies in base64 and what they say; bytes in a value are `{base64}`. */
export type Fixture = Readonly<{ schema: string; records: readonly Readonly<{ body: string; value: unknown }>[] }>

const folder = 'schemas/fixtures'
const frameBytes = 5

/** A fixture for the present schema of each topic. One that exists stays as it is: it is what a released version wrote. */
export async function fixtureFiles(): Promise<readonly (readonly [path: string, text: string])[]> {
  const codecs = await createCodecs(createEmbeddedRegistry())
  return topicCatalogue.map((entry) => {
    const name = topicName(entry.name)
    const path = `${folder}/${name}/${schemaHash(name)}.json`
    if (existsSync(repositoryFile(path))) return [path, repositoryText(path)] as const
    return [path, `${JSON.stringify(newFixture(name, codecs[name] as Codec<unknown>), undefined, 2)}\n`] as const
  })
}

/** Every fixture ever written for a topic. */
export function fixturesOf(name: TopicName): readonly Fixture[] {
  const files = readdirSync(repositoryFile(`${folder}/${name}`)).toSorted()
  return files.map((file) => JSON.parse(repositoryText(`${folder}/${name}/${file}`)) as Fixture)
}

/** A value as JSON can hold it. */
export function jsonValue(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, held: unknown) => {
      if (held instanceof Uint8Array) return { base64: Buffer.from(held).toString('base64') }
      // A Buffer has turned itself into this before it arrives here.
      const { type, data } = (held ?? {}) as { type?: unknown; data?: unknown }
      return type === 'Buffer' ? { base64: Buffer.from(data as number[]).toString('base64') } : held
    }),
  )
}

export function topicName(topic: string): TopicName {
  const name = nameOfTopic(topic)
  if (name === undefined) throw new Error(`${topic} has no schema`)
  return name
}

function newFixture(name: TopicName, codec: Codec<unknown>): Fixture {
  const schema = schemaText(name)
  const records = sampleRecords(JSON.parse(schema)).map((value) => ({
    body: Buffer.from(codec.encode(value)).subarray(frameBytes).toString('base64'),
    value: jsonValue(value),
  }))
  return { schema, records }
}

/** Names what a schema says to a reader: a change of documentation is no new schema. */
function schemaHash(name: TopicName): string {
  const bare = JSON.stringify(JSON.parse(schemaText(name)), (key, value: unknown) =>
    key === 'doc' && typeof value === 'string' ? undefined : value,
  )
  return createHash('sha256').update(bare).digest('hex').slice(0, 16)
}
