import { type ByteReader, createByteReader } from './byte-reader.ts'
import { type DecodedBatches, decodeRecordBatches } from './decode-record-batches.ts'

/** What a fetch of one partition brought. */
export type FetchedPartition = DecodedBatches &
  Readonly<{ partition: number; errorCode: number; highWatermark: number }>

export type FetchAnswer = Readonly<{
  throttleTime: number
  clientSideThrottleTime?: number
  responses: readonly Readonly<{ topicName: string; partitions: readonly FetchedPartition[] }>[]
}>

/** The versions of a fetch that this reads; kafkajs 2.2.4 asks with the newest that both sides know, up to 11. */
export const fetchVersions = { from: 4, to: 11 } as const

/** Reads the answer to a fetch of that version. */
export async function decodeFetchAnswer(answer: Buffer, version: number): Promise<FetchAnswer> {
  const reader = createByteReader(answer)
  const throttleMs = reader.int32()
  // An error and a session, neither of which is asked for.
  if (version >= 7) reader.bytes(2 + 4)
  const responses: { topicName: string; partitions: FetchedPartition[] }[] = []
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const topicName = reader.text(reader.int16())
    const partitions: FetchedPartition[] = []
    for (let left = reader.int32(); left > 0; left -= 1) partitions.push(await decodePartition(reader, version))
    responses.push({ topicName, partitions })
  }
  // From version 8 on the broker has not waited itself and wants the client to.
  const throttled =
    version >= 8 ? { throttleTime: 0, clientSideThrottleTime: throttleMs } : { throttleTime: throttleMs }
  return { ...throttled, responses }
}

const nothing: DecodedBatches = { records: [], nextOffset: 0 }

async function decodePartition(reader: ByteReader, version: number): Promise<FetchedPartition> {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = reader.int64()
  reader.int64()
  if (version >= 5) reader.int64()
  const aborted = Math.max(0, reader.int32())
  reader.bytes(aborted * 16)
  if (version >= 11) reader.int32()
  const batches = reader.bytes(Math.max(0, reader.int32()))
  // Most of the partitions that were asked for have nothing new.
  const decoded = batches.length === 0 ? nothing : await decodeRecordBatches(batches, 0)
  return { partition, errorCode, highWatermark, ...decoded }
}
