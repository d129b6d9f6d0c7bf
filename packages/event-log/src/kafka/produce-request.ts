import type { AppendEntry } from './append-lane.ts'
import type { ProduceRequest } from './wire/encode-produce-request.ts'

const allReplicas = -1
const uncompressed = 0
const gzip = 1
const brokerAnswersWithinMs = 5000

/** What goes to one partition in one request. */
export type PartitionEntries = Readonly<{ topic: string; partition: number; entries: readonly AppendEntry[] }>

/** The request that appends these, acknowledged by all replicas in sync; gzip beyond so many bytes. */
export function produceRequest(
  chunks: readonly PartitionEntries[],
  { gzipAboveBytes }: Readonly<{ gzipAboveBytes: number }>,
): ProduceRequest {
  const topicData = new Map<string, ProduceRequest['topicData'][number]['partitions'][number][]>()
  let bytes = 0
  for (const { topic, partition, entries } of chunks) {
    for (const { bytes: size } of entries) bytes += size
    const partitions = topicData.get(topic) ?? []
    partitions.push({ partition, records: entries.map(({ record }) => record) })
    topicData.set(topic, partitions)
  }
  return {
    acks: allReplicas,
    timeout: brokerAnswersWithinMs,
    compression: bytes > gzipAboveBytes ? gzip : uncompressed,
    topicData: [...topicData].map(([topic, partitions]) => ({ topic, partitions })),
  }
}
