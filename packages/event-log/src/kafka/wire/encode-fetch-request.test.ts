import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { fetchVersions } from './decode-fetch-answer.ts'
import { encodeFetchRequest } from './encode-fetch-request.ts'

type Encoded = Readonly<{ buffer: Buffer }>
const load = createRequire(import.meta.url)
const byKafkajs = async (version: number, request: object): Promise<Buffer> => {
  const make = load(`kafkajs/src/protocol/requests/fetch/v${version}/request.js`) as (wanted: object) => {
    encode: () => Promise<Encoded>
  }
  return (await make({ replicaId: -1, ...request }).encode()).buffer
}

const int32 = fc.nat(2 ** 31 - 1)
const partition = fc.record({ partition: int32, fetchOffset: fc.nat(2 ** 53 - 1), maxBytes: int32 })
const request = fc.record({
  isolationLevel: fc.constantFrom(0, 1),
  maxWaitTime: int32,
  minBytes: int32,
  maxBytes: int32,
  topics: fc.uniqueArray(
    fc.record({ topic: fc.string({ maxLength: 249 }), partitions: fc.array(partition, { maxLength: 30 }) }),
    { selector: ({ topic }) => topic, maxLength: 12 },
  ),
})
const versions = Array.from(
  { length: fetchVersions.to - fetchVersions.from + 1 },
  (_, index) => fetchVersions.from + index,
)

test('a fetch is, byte for byte, what kafkajs asks with, in every version', async () => {
  for (const version of versions)
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        assert.deepEqual(encodeFetchRequest(wanted, version), await byKafkajs(version, wanted))
      }),
      { numRuns: 20 },
    )
})

test('a topic is named once, its partitions in the order in which they were asked for', () => {
  const part = (number: number) => ({ partition: number, fetchOffset: 1, maxBytes: 1 })
  const of = (...topics: readonly (readonly [string, ...number[]])[]): Buffer => {
    const named = topics.map(([topic, ...numbers]) => ({ topic, partitions: numbers.map(part) }))
    return encodeFetchRequest({ isolationLevel: 0, maxWaitTime: 1, minBytes: 1, maxBytes: 1, topics: named }, 11)
  }
  assert.deepEqual(of(['a', 3], ['b', 1], ['a', 0, 2]), of(['a', 3, 0, 2], ['b', 1]))
})
