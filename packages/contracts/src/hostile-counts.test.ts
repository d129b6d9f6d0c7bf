import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import avsc from 'avsc'
import {
  createEmbeddedRegistry,
  openCodecs,
  schemaText,
  topicCatalogue,
  type TopicName,
  UndecodableError,
} from './index.ts'

type Fixture = Readonly<{ schema: string; records: readonly Readonly<{ body: string }>[] }>

const fixtures = new URL('../../../schemas/fixtures/', import.meta.url)
/** 2^40 as Avro writes numbers; and -2^40, then a block that goes back by as many bytes. */
const counts = [
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x40],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f],
]

function fixturesOf(name: string): readonly Fixture[] {
  const files = readdirSync(new URL(`${name}/`, fixtures))
  return files.map((file) => JSON.parse(readFileSync(new URL(`${name}/${file}`, fixtures), 'utf8')) as Fixture)
}

function framed(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, ...parts])
}

/** Answers something or is undecodable. What reads as many items as it was told to does neither: it ends with the memory of the test. */
function assertEnds(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    decode(bytes)
  } catch (error) {
    assert.ok(error instanceof UndecodableError)
  }
}

test('a number in the place of any byte of a record asks for no more items than there are bytes', async () => {
  for (const { name: topic, schema } of topicCatalogue) {
    const name = schema.replace('.avsc', '') as TopicName
    for (const { schema: text, records } of fixturesOf(name)) {
      const registry = createEmbeddedRegistry()
      const id = await registry.register(`${topic}-value`, text)
      const { codecs } = await openCodecs(registry)
      for (const record of records) {
        const body = Buffer.from(record.body, 'base64')
        for (let at = 0; at < body.length; at += 1)
          for (const count of counts)
            assertEnds(codecs[name].decode, framed(id, body.subarray(0, at), Buffer.from(count), body.subarray(at + 1)))
      }
    }
  }
})

test('nor does it in a field of another schema, which is passed over', async () => {
  const present = JSON.parse(schemaText('policy')) as { fields: readonly object[] }
  const record = { tenant: 't', hash: 'h', version: 1, effectiveFrom: 1, document: '{}', by: 'k' }
  for (const [type, empty] of [
    ['array', []],
    ['map', {}],
  ] as const) {
    const registry = createEmbeddedRegistry()
    const field = { name: 'extra', type: { type, items: 'string', values: 'string' }, default: empty }
    const schema = { ...present, fields: [...present.fields, field] }
    const id = await registry.register('watchword.policy.v1-value', JSON.stringify(schema))
    const { codecs } = await openCodecs(registry)
    const body = avsc.Type.forSchema(schema as avsc.Schema).toBuffer({ ...record, extra: empty })
    assert.equal(codecs.policy.decode(framed(id, body)).hash, 'h')
    for (const count of counts)
      assertEnds(codecs.policy.decode, framed(id, body.subarray(0, -1), Buffer.from(count), Buffer.from([0])))
  }
})
