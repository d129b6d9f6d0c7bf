import { setImmediate } from 'node:timers/promises'
import type { RecordStore } from '../embedded/record-store.ts'
import type { LogRecord, TopicConfig } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { versionOf } from '../record-admission.ts'
import { createHeaderCodec } from './header-codec.ts'
import { createReadGate } from './read-gate.ts'
import { type OutgoingFrame, packFrames, type RecordFrame, unpackFrames } from './record-codec.ts'
import type { WorkerClient } from './worker-client.ts'
import type { OpenedLog } from './worker-protocol.ts'

/** A store whose file is held by the worker. */
export function createSqliteStore(
  topics: readonly TopicConfig[],
  opened: OpenedLog,
  worker: WorkerClient,
): RecordStore {
  const topicIds = new Map(opened.topicIds)
  const compacted = new Set(topics.filter((topic) => topic.cleanup === 'compact').map((topic) => topic.name))
  const headerCodec = createHeaderCodec(opened.headerNames)
  const decoder = new TextDecoder()
  const gate = createReadGate()

  function topicId(topic: string): number {
    const id = topicIds.get(topic)
    if (id === undefined) throw new LogError('unknown-topic', `the file has no topic ${topic}`)
    return id
  }

  function toFrame(record: LogRecord): OutgoingFrame {
    return {
      topic: topicId(record.topic),
      partition: record.partition,
      offset: record.offset,
      timestamp: record.timestamp,
      version: compacted.has(record.topic) ? versionOf(record.headers, record.offset) : null,
      key: record.key,
      value: record.value,
      headers: headerCodec.encode(record.headers),
    }
  }

  function toRecord(topic: string, frame: RecordFrame): LogRecord {
    const { partition, offset, timestamp, key, value, headers } = frame
    return {
      topic,
      partition,
      offset,
      timestamp,
      key: decoder.decode(key),
      // A copy, so that a record kept by a reader does not keep the whole answer.
      value: value === null ? null : value.slice(),
      headers: headerCodec.decode(headers),
    }
  }

  return {
    bounds: opened.bounds,
    positions: opened.positions,
    async write(records, positions) {
      const packed = packFrames(records, toFrame)
      const headerNames = headerCodec.unsaved()
      await worker.ask({ kind: 'write', packed, headerNames, positions }, [packed.buffer])
      headerCodec.saved(headerNames)
    },
    // Each write is a message to a thread and a sync of the disk.
    gathered: async () => setImmediate(),
    settle: () => worker.settle(),
    async read(topic, partition, offset, limit) {
      const request = { kind: 'read', topic: topicId(topic), partition, offset, limit } as const
      const answer = await gate(() => worker.ask(request))
      if (!(answer instanceof Uint8Array)) throw new LogError('log-corrupt', 'a read was not answered with records')
      return Array.from(unpackFrames(answer), (frame) => toRecord(topic, frame))
    },
    async clean(plan) {
      const answer = await worker.ask({ kind: 'clean', topic: topicId(plan.topic), plan })
      if (answer === null || !('more' in answer)) throw new LogError('log-corrupt', 'cleaning was not answered')
      return answer
    },
    async close() {
      await worker.ask({ kind: 'close' })
      await worker.ended()
    },
  }
}
