import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import { collect, readAll, record, textOf, until } from '../contract/facts.ts'
import type { EventLog, LogRecord, Member } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { openKafkaLog } from './index.ts'
import { memberTopic, memberTuning } from './testing/member-setting.ts'
import { startTestBroker } from './testing/test-broker.ts'

const broker = await startTestBroker(19_292)
after(() => broker.clean())
const partitions = [0, 1, 2, 3, 4, 5]

/** A log that is closed however the test ends: an open one keeps the process from ending. */
async function open(test: TestContext, topic: string, appendWithinMs: number): Promise<EventLog> {
  const log = await openKafkaLog(
    {
      brokers: broker.brokers,
      clientId: 'kill',
      topics: [memberTopic(topic)],
      createTopics: { replicationFactor: 1 },
      tuning: { ...memberTuning, appendWithinMs },
    },
    { now: Date.now },
  )
  test.after(() => log.close())
  return log
}

/** The values of a partition without their repeats. */
function firstsOf(records: readonly LogRecord[], partition: number): readonly number[] {
  const own = records.filter((found) => found.partition === partition)
  return [...new Set(own.map((found) => Number(textOf(found))))]
}

describe('a broker killed at any moment', () => {
  it('loses nothing acknowledged, keeps the order but for repeats, and readers go on', async (test) => {
    const log = await open(test, 'killed', 60_000)
    const acknowledged = new Map<string, string>()
    let stopping = false
    async function appendForEver(partition: number): Promise<number> {
      let next = 0
      for (; !stopping; next += 3) {
        const records = [next, next + 1, next + 2].map((value) => record('killed', 'k', String(value), { partition }))
        for (const [at, position] of (await log.append(records)).entries()) {
          acknowledged.set(`${partition}/${position.offset}`, String(next + at))
        }
      }
      return next
    }
    const { records: tailed, tail } = await collect(log, ['killed'], 'begin')
    const handled: LogRecord[] = []
    const member: Member = await log.join({
      group: 'killed',
      topic: 'killed',
      onAssigned: async () => null,
      async onRecords(partition, batch) {
        handled.push(...batch)
        await member.commit(partition, (batch.at(-1)?.offset ?? 0) + 1).catch((error: unknown) => {
          assert.ok(error instanceof LogError)
        })
      },
      onRevoked: async () => undefined,
      onError: (error) => assert.fail(error),
    })
    const appending = partitions.map(appendForEver)
    test.after(async () => {
      stopping = true
      await Promise.allSettled(appending)
    })
    for (let round = 1; round <= 3; round += 1) {
      const goal = acknowledged.size + 1500
      await until(() => acknowledged.size >= goal, 'appends are acknowledged')
      await broker.kill()
      await broker.start()
    }
    const goal = acknowledged.size + 1500
    await until(() => acknowledged.size >= goal, 'appends are acknowledged again')
    stopping = true
    const counts = await Promise.all(appending)
    for (const partition of partitions) {
      const kept = await readAll(log, 'killed', partition)
      const byOffset = new Map(kept.map((found) => [found.offset, textOf(found)]))
      for (const [place, value] of acknowledged) {
        const [of, offset] = place.split('/')
        if (Number(of) === partition) assert.equal(byOffset.get(Number(offset)), value)
      }
      const all = Array.from({ length: counts[partition] ?? 0 }, (_, value) => value)
      assert.deepEqual(firstsOf(kept, partition), all)
      await until(() => firstsOf(tailed, partition).length >= all.length, 'the tail has everything')
      assert.deepEqual(firstsOf(tailed, partition), all)
      await until(() => firstsOf(handled, partition).length >= all.length, 'the member has everything')
      assert.deepEqual(firstsOf(handled, partition), all)
      const offsets = tailed.filter((found) => found.partition === partition).map(({ offset }) => offset)
      assert.equal(new Set(offsets).size, offsets.length, 'a tail delivers no offset twice')
    }
    await Promise.all([tail.stop(), member.stop()])
  })

  it('makes appends fail as ones that may be tried again, and only after their deadline', async (test) => {
    const log = await open(test, 'refused', 1000)
    await log.append([record('refused', 'k', 'before', { partition: 0 })])
    await broker.kill()
    const askedAt = performance.now()
    const refused = await log
      .append([record('refused', 'k', 'lost', { partition: 0 })])
      .catch((error: unknown) => error)
    assert.ok(refused instanceof LogError && refused.code === 'log-unavailable' && refused.retryable)
    assert.ok(performance.now() - askedAt >= 1000)
    await broker.start()
    let position = null
    await until(async () => {
      position = await log.append([record('refused', 'k', 'after', { partition: 0 })]).catch(() => null)
      return position !== null
    }, 'appends are taken again')
    const kept = (await readAll(log, 'refused', 0)).map(textOf)
    assert.deepEqual([kept[0], kept.at(-1)], ['before', 'after'])
  })

  it('is asked again as soon as it is back, however many have been asking all the time', async (test) => {
    const log = await open(test, 'asked', 1000)
    const asked = async (): Promise<unknown> => log.ends('asked').catch(() => undefined)
    let isOver = false
    test.after(() => void (isOver = true))
    const asking = Array.from({ length: 200 }, async () => {
      while (!isOver) await asked()
    })
    await broker.kill()
    await until(async () => (await asked()) === undefined, 'nobody answers')
    await broker.start()
    await until(async () => (await asked()) !== undefined, 'the broker answers again')
    isOver = true
    await Promise.all(asking)
  })
})
