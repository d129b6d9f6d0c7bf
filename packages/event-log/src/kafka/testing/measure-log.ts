import { parseArgs } from 'node:util'
import { openKafkaLog } from '../index.ts'

/** Measures the Kafka log against a broker: appends per second, the time of one append, and the time from append to tail. */
const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '127.0.0.1:19092' },
    records: { type: 'string', default: '100000' },
    singles: { type: 'string', default: '2000' },
    /** Requests larger than this many bytes go compressed; the driver's default when left out. */
    gzip: { type: 'string' },
  },
})
const name = `measure-${Date.now()}`
const topic = {
  name,
  partitions: 6,
  cleanup: 'delete',
  retentionMs: 3_600_000,
  compactionLagMs: 0,
  tombstoneRetentionMs: 0,
} as const
const log = await openKafkaLog(
  {
    brokers: values.brokers.split(','),
    clientId: 'measure',
    topics: [topic],
    createTopics: { replicationFactor: 1 },
    tuning: values.gzip === undefined ? {} : { gzipAboveBytes: Number(values.gzip) },
  },
  { now: Date.now },
)

const value = (bytes: number): Uint8Array => {
  // Half noise and half text, as an event with ids in it is.
  const made = new Uint8Array(bytes).fill(97)
  crypto.getRandomValues(made.subarray(0, bytes / 2))
  return made
}
const recordOf = (key: number) => ({ topic: name, key: `tenant:user-${key}`, value: value(300) })

function quantilesOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): string => (sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN).toFixed(2)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`
}

async function measureBatches(inFlight: number): Promise<void> {
  const batches = Math.ceil(Number(values.records) / 1000)
  const batch = Array.from({ length: 1000 }, (_, key) => recordOf(key))
  let next = 0
  const begunAt = performance.now()
  const worker = async (): Promise<void> => {
    while (next < batches) {
      next += 1
      await log.append(batch)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  const seconds = (performance.now() - begunAt) / 1000
  console.log(
    `batches of 1000 x 300 B, ${inFlight} calls at a time: ${Math.round((batches * 1000) / seconds)} records/s`,
  )
}

async function measureSingles(): Promise<void> {
  const arrivals = new Map<string, number>()
  const tail = await log.tail({
    topics: [name],
    from: 'end',
    onRecords(records) {
      const now = performance.now()
      for (const { partition, offset } of records) arrivals.set(`${partition}/${offset}`, now)
    },
    onError(error) {
      throw error
    },
  })
  await tail.caughtUp
  const appends: number[] = []
  const begun = new Map<string, number>()
  for (let key = 0; key < Number(values.singles); key += 1) {
    const at = performance.now()
    const [position] = await log.append([recordOf(key)])
    appends.push(performance.now() - at)
    begun.set(`${position?.partition}/${position?.offset}`, at)
  }
  while (arrivals.size < begun.size) await new Promise(setImmediate)
  console.log(`one append: ${quantilesOf(appends)}`)
  console.log(
    `append to tail: ${quantilesOf([...begun].map(([place, at]) => (arrivals.get(place) ?? Number.NaN) - at))}`,
  )
  await tail.stop()
}

async function measureReading(): Promise<void> {
  let read = 0
  const begunAt = performance.now()
  const tail = await log.tail({
    topics: [name],
    from: 'begin',
    onRecords: (records) => void (read += records.length),
    onError(error) {
      throw error
    },
  })
  await tail.caughtUp
  console.log(`tail from the beginning: ${Math.round((read / (performance.now() - begunAt)) * 1000)} records/s`)
  await tail.stop()
}

async function measureEnds(): Promise<void> {
  const times: number[] = []
  for (let at = 0; at < 500; at += 1) {
    const begunAt = performance.now()
    await log.ends(name)
    times.push(performance.now() - begunAt)
  }
  console.log(`ends of a topic: ${quantilesOf(times)}`)
}

/** What an idle log with ten tails costs. */
async function measureIdle(): Promise<void> {
  const tails = await Promise.all(
    Array.from({ length: 10 }, () =>
      log.tail({ topics: [name], from: 'end', onRecords: () => undefined, onError: () => undefined }),
    ),
  )
  const before = process.cpuUsage()
  const begunAt = performance.now()
  await new Promise((resolve) => {
    setTimeout(resolve, 5000)
  })
  const { user, system } = process.cpuUsage(before)
  console.log(`idle with ten tails: ${((user + system) / 10 / (performance.now() - begunAt)).toFixed(1)} % of a core`)
  await Promise.all(tails.map((tail) => tail.stop()))
}

await measureBatches(1)
await measureBatches(8)
await measureReading()
if (Number(values.singles) > 0) await measureSingles()
await measureEnds()
await measureIdle()
await log.close()
