import { writeSync } from 'node:fs'
import { openSqliteLog } from './open-sqlite-log.ts'

/** The child of the durability test: appends for ever and writes one line for every append that was acknowledged. */
const [directory = '', from = '0'] = process.argv.slice(2)
const topics = [
  {
    name: 't',
    partitions: 3,
    cleanup: 'delete',
    retentionMs: null,
    compactionLagMs: 0,
    tombstoneRetentionMs: 0,
  } as const,
]
const log = await openSqliteLog({ directory, topics }, { now: Date.now })
const encoder = new TextEncoder()

async function appendForEver(partition: number): Promise<never> {
  for (let count = Number(from); ; count += 1) {
    const records = [0, 1, 2].map((part) => {
      return { topic: 't', partition, key: `${count}`, value: encoder.encode(`${count}.${part}`) }
    })
    const positions = await log.append(records)
    writeSync(1, `${partition} ${count} ${positions.map((position) => position.offset).join(' ')}\n`)
  }
}

await Promise.all([0, 1, 2].map(appendForEver))
