import { type ByteWriter, createByteWriter } from './byte-writer.ts'

export type FetchRequest = Readonly<{
  isolationLevel: number
  /** How long the broker may wait for `minBytes`. Milliseconds. */
  maxWaitTime: number
  minBytes: number
  maxBytes: number
  topics: readonly Readonly<{
    topic: string
    partitions: readonly Readonly<{ partition: number; fetchOffset: number; maxBytes: number }>[]
  }>[]
}>

/** Of a replica, of a leader's epoch, of a log's start, of a session: what only brokers and sessions of fetches say. */
const none = -1
const offsetBytes = 8

type Topics = FetchRequest['topics']

/**
 * The body of a fetch of that version, outside of sessions and without a rack. Written into one buffer: kafkajs 2.2.4 makes one of 512 zeroes for
 * each partition, and a request asks for hundreds of them, hundreds of times a second.
 */
export function encodeFetchRequest(request: FetchRequest, version: number): Buffer {
  const topics = together(request.topics).map(({ topic, partitions }) => ({ name: Buffer.from(topic), partitions }))
  const partitionBytes = 4 + offsetBytes + 4 + (version >= 5 ? offsetBytes : 0) + (version >= 9 ? 4 : 0)
  let bytes = 4 * 4 + 1 + 4 + (version >= 7 ? 4 * 3 : 0) + (version >= 11 ? 2 : 0)
  for (const { name, partitions } of topics) bytes += 2 + name.length + 4 + partitions.length * partitionBytes
  const buffer = Buffer.allocUnsafe(bytes)
  const writer = createByteWriter(buffer)
  writer.int32(none)
  writer.int32(request.maxWaitTime)
  writer.int32(request.minBytes)
  writer.int32(request.maxBytes)
  writer.int8(request.isolationLevel)
  if (version >= 7) {
    writer.int32(0)
    writer.int32(none)
  }
  writer.int32(topics.length)
  for (const { name, partitions } of topics) {
    writer.int16(name.length)
    writer.bytes(name)
    writer.int32(partitions.length)
    for (const partition of partitions) writePartition(writer, partition, version)
  }
  // Topics that leave the session.
  if (version >= 7) writer.int32(0)
  if (version >= 11) writer.int16(0)
  return buffer
}

function writePartition(
  writer: ByteWriter,
  { partition, fetchOffset, maxBytes }: Topics[number]['partitions'][number],
  version: number,
): void {
  writer.int32(partition)
  if (version >= 9) writer.int32(none)
  writer.int64(fetchOffset)
  if (version >= 5) writer.int64(none)
  writer.int32(maxBytes)
}

/** kafkajs shuffles the partitions, so that none is always the one for which there is no room, and names their topic again and again. */
function together(topics: Topics): Topics {
  const byName = new Map<string, Topics[number]['partitions'][number][]>()
  for (const { topic, partitions } of topics) {
    const others = byName.get(topic)
    if (others === undefined) byName.set(topic, [...partitions])
    else others.push(...partitions)
  }
  return Array.from(byName, ([topic, partitions]) => ({ topic, partitions }))
}
