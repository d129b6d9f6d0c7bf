import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { createByteWriter } from './byte-writer.ts'
import { type Compression, encodeRecordBatch, type OutgoingRecord } from './encode-record-batch.ts'

export type ProduceRequest = Readonly<{
  acks: number
  /** Milliseconds that the leader waits for its followers. */
  timeout: number
  /** 0 for none, 1 for gzip. */
  compression: 0 | 1
  topicData: readonly Readonly<{
    topic: string
    partitions: readonly Readonly<{ partition: number; records: readonly OutgoingRecord[] }>[]
  }>[]
}>

/** The versions of the request that look like this; kafkajs 2.2.4 asks with the newest that both sides know, up to 7. */
export const produceVersions = { from: 3, to: 7 } as const

const gzipped: Compression = { code: 1, compress: promisify(gzip) }

/** The body of a request outside of transactions; `time` is that of its records, epoch milliseconds. */
export async function encodeProduceRequest(request: ProduceRequest, time: number): Promise<Buffer> {
  const parts: Uint8Array[] = [
    head(2 + 2 + 4 + 4, (writer) => {
      writer.int16(-1)
      writer.int16(request.acks)
      writer.int32(request.timeout)
      writer.int32(request.topicData.length)
    }),
  ]
  for (const { topic, partitions } of request.topicData) {
    const name = Buffer.from(topic)
    parts.push(
      head(2 + name.length + 4, (writer) => {
        writer.int16(name.length)
        writer.bytes(name)
        writer.int32(partitions.length)
      }),
    )
    for (const { partition, records } of partitions) {
      const batch = await encodeRecordBatch(records, time, request.compression === gzipped.code ? gzipped : undefined)
      parts.push(
        head(4 + 4, (writer) => {
          writer.int32(partition)
          writer.int32(batch.length)
        }),
        batch,
      )
    }
  }
  return Buffer.concat(parts)
}

function head(bytes: number, write: (writer: ReturnType<typeof createByteWriter>) => void): Buffer {
  const buffer = Buffer.allocUnsafe(bytes)
  write(createByteWriter(buffer))
  return buffer
}
