import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaLog } from '../index.ts'
import { memberTopic, memberTuning } from './member-setting.ts'

/** A member in a process of its own, to be killed and stopped: says what happens to it, one JSON object a line. */
const partitions = [0, 1, 2, 3, 4, 5]
const [broker = '', topic = '', group = ''] = process.argv.slice(2)
const log = await openKafkaLog(
  { brokers: [broker], clientId: 'child', topics: [memberTopic(topic)], tuning: memberTuning },
  { now: Date.now },
)

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

const member = await log.join({
  group,
  topic,
  async onAssigned(partition) {
    say({ event: 'assigned', partition })
    return null
  },
  async onRecords(partition, records) {
    const last = records.at(-1)?.offset ?? 0
    say({ event: 'records', partition, first: records[0]?.offset, last })
    // Work takes time: whoever stops this process stops it within.
    await sleep(5)
    await member.commit(partition, last + 1).then(
      () => say({ event: 'committed', partition, next: last + 1 }),
      (error: Error & { code?: string }) => say({ event: 'refused', partition, code: error.code }),
    )
  },
  async onRevoked(partition) {
    say({ event: 'revoked', partition })
  },
  onError(error) {
    say({ event: 'error', message: error.message })
  },
})

// What it holds, also at the moment when it goes on after it was stopped.
setInterval(() => {
  const held = partitions.filter((partition) => member.holds(partition))
  say({ event: 'holds', held })
}, 20)
