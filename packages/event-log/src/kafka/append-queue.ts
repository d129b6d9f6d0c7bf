import type { Position } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import type { AdmittedRecord } from '../record-admission.ts'
import { type AppendCall, type AppendLane, createAppendLane } from './append-lane.ts'
import { type Backoff, createBackoff, pause } from './pause.ts'
import { type KafkaCluster, leaderOf } from './kafka-cluster.ts'
import { kafkaFaultOf, unavailable } from './kafka-fault.ts'
import { produce } from './produce.ts'
import { type PartitionEntries, produceRequest } from './produce-request.ts'
import type { FullKafkaTuning, KafkaLogger } from './kafka-log-options.ts'
import { batchedBytesOf } from './wire/encode-record-batch.ts'

const expiryCheckMs = 250
/** Less than this is sent at once, then what the last partition had. */
const requestBytesMax = 4 * 1024 * 1024

type Refused = Readonly<{ lane: AppendLane; refusal: unknown }>
type Chunk = PartitionEntries & Readonly<{ lane: AppendLane }>

/** Sends appends in order: to each broker one request at a time, so no partition ever has two on their way. */
export interface AppendQueue {
  append(records: readonly AdmittedRecord[]): Promise<readonly Position[]>
  /** Resolves when every append asked for has been acknowledged or refused. */
  drained(): Promise<void>
}

export type AppendQueueDeps = Readonly<{
  cluster: KafkaCluster
  tuning: Pick<FullKafkaTuning, 'appendWithinMs' | 'gzipAboveBytes' | 'queueBytesMax'>
  logger: KafkaLogger
  onFault: (error: unknown) => void
}>

/**
 * An empty queue. A request whose fate is unknown is sent again until its deadline, so a record may be in the log twice; the first
 * occurrences keep the order of the calls.
 */
export function createAppendQueue(deps: AppendQueueDeps): AppendQueue {
  const { cluster, tuning, logger } = deps
  const lanes = new Map<string, AppendLane>()
  const busy = new Set<string>()
  const calls = new Set<AppendCall>()
  const backoffs = new Map<string, Backoff>()
  const never = new AbortController().signal
  let waitingBytes = 0
  let flushing = false
  let expiry: NodeJS.Timeout | null = null
  let drained = Promise.withResolvers<void>()

  function laneOf(topic: string, partition: number): AppendLane {
    const name = `${topic}/${partition}`
    const lane = lanes.get(name) ?? createAppendLane(topic, partition)
    lanes.set(name, lane)
    return lane
  }

  function end(call: AppendCall): void {
    if (!calls.delete(call)) return
    waitingBytes -= call.bytes
    if (calls.size > 0) return
    if (expiry !== null) clearInterval(expiry)
    expiry = null
    drained.resolve()
    drained = Promise.withResolvers()
  }

  function refuse(call: AppendCall, error: LogError): void {
    if (!calls.has(call)) return
    end(call)
    call.reject(error)
  }

  function expire(): void {
    const now = performance.now()
    for (const call of calls) {
      if (call.deadline > now) break
      refuse(call, new LogError('log-unavailable', 'the brokers did not acknowledge in time'))
    }
  }

  function scheduleFlush(): void {
    if (flushing) return
    flushing = true
    queueMicrotask(() => {
      flushing = false
      pump()
    })
  }

  /** Gives every idle leader what its partitions have waiting. */
  function pump(): void {
    try {
      const byLeader = new Map<string, AppendLane[]>()
      for (const lane of lanes.values()) {
        if (!lane.ready(calls)) continue
        const leader = leaderOf(cluster, lane)
        if (busy.has(leader)) continue
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), lane])
      }
      for (const [leader, ready] of byLeader) {
        busy.add(leader)
        void sendAll(leader, ready)
      }
    } catch (error) {
      deps.onFault(error)
    }
  }

  async function sendAll(leader: string, ready: readonly AppendLane[]): Promise<void> {
    const chunks = takeFrom(ready)
    const backoff = backoffs.get(leader) ?? createBackoff()
    backoffs.set(leader, backoff)
    try {
      const broker = await cluster.findBroker({ nodeId: leader })
      const parts = new Map(
        (await produce(broker, produceRequest(chunks, tuning))).map((part) => [nameOf(part), part.base]),
      )
      const refused: Refused[] = []
      for (const { lane } of chunks) {
        const base = parts.get(nameOf(lane))
        if (typeof base === 'number') acknowledge(lane, base)
        else refused.push({ lane, refusal: base })
      }
      if (refused.length === 0) backoff.reset()
      else await recover(refused, backoff.next())
    } catch (error) {
      await recover(
        chunks.map(({ lane }) => ({ lane, refusal: error })),
        backoff.next(),
      )
    }
    busy.delete(leader)
    pump()
  }

  function acknowledge(lane: AppendLane, base: number): void {
    for (const call of lane.acknowledge(base)) {
      end(call)
      call.resolve()
    }
  }

  /** As much as one request should hold; who sent goes behind the others. */
  function takeFrom(ready: readonly AppendLane[]): readonly Chunk[] {
    const chunks: Chunk[] = []
    let bytes = 0
    for (const lane of ready) {
      if (bytes > requestBytesMax) break
      const entries = lane.take()
      for (const entry of entries) bytes += entry.bytes
      chunks.push({ lane, topic: lane.topic, partition: lane.partition, entries })
      lanes.delete(nameOf(lane))
      lanes.set(nameOf(lane), lane)
    }
    return chunks
  }

  async function recover(refused: readonly Refused[], waitMs: number): Promise<void> {
    let passing = 0
    for (const { lane, refusal } of refused) {
      const fault = kafkaFaultOf(refusal)
      const [only, ...others] = lane.callsSending()
      if (fault !== 'refused-record' && fault !== 'permanent') passing += 1
      else if (only === undefined || others.length > 0) lane.beWary()
      else refuse(only, refusalOf(fault, refusal))
      lane.putBack()
    }
    if (passing === 0) return
    logger.warn({ err: refused[0]?.refusal }, 'appending to the log failed, it is tried again')
    await pause(waitMs, never)
    expire()
    // If the brokers are not there, the next attempt says so.
    await cluster.refreshMetadata().catch(() => undefined)
  }

  return {
    append(records) {
      const sizes = records.map(batchedBytesOf)
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      if (waitingBytes > 0 && waitingBytes + bytes > tuning.queueBytesMax) {
        return Promise.reject(new LogError('log-unavailable', 'too much waits to be appended'))
      }
      return new Promise((resolve, reject) => {
        const positions: Position[] = []
        const call: AppendCall = {
          bytes,
          positions,
          left: records.length,
          deadline: performance.now() + tuning.appendWithinMs,
          resolve: () => resolve(positions),
          reject,
        }
        calls.add(call)
        waitingBytes += bytes
        for (const [index, record] of records.entries()) {
          laneOf(record.topic, record.partition).push({ call, index, record, bytes: sizes[index] ?? 0 })
        }
        expiry ??= setInterval(expire, expiryCheckMs)
        scheduleFlush()
      })
    },
    drained: () => (calls.size === 0 ? Promise.resolve() : drained.promise),
  }
}

function nameOf({ topic, partition }: Readonly<{ topic: string; partition: number }>): string {
  return `${topic}/${partition}`
}

function refusalOf(fault: 'refused-record' | 'permanent', error: unknown): LogError {
  if (fault === 'permanent') return unavailable('the broker refuses to take records', error)
  return new LogError('record-invalid', 'the broker refuses the record', { cause: error })
}
