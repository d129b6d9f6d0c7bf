import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Codec, createCodecs, createEmbeddedRegistry, topicCatalogue } from '@watchword/contracts'
import { type Fixture, fixturesOf, jsonValue, topicName } from './fixture-files.ts'

describe('records written by every schema so far', () => {
  for (const { name: topic } of topicCatalogue) {
    const name = topicName(topic)
    test(`of ${topic} are read by the present one as what they said`, async () => {
      const registry = createEmbeddedRegistry()
      const written: [number, Fixture][] = []
      for (const fixture of fixturesOf(name))
        written.push([await registry.register(`${topic}-value`, fixture.schema), fixture])
      // Makes a resolver from every older schema, and throws for one that is not compatible.
      const codecs = await createCodecs(registry)
      for (const [id, { records }] of written)
        for (const { body, value } of records) {
          const decoded = (codecs[name] as Codec<unknown>).decode(framed(id, body))
          assert.partialDeepStrictEqual(jsonValue(decoded), value)
        }
    })
  }
})

function framed(id: number, body: string): Uint8Array {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, Buffer.from(body, 'base64')])
}
