import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import { until } from '../contract/facts.ts'
import { openKafkaLog } from './index.ts'
import { memberTopic, memberTuning } from './testing/member-setting.ts'
import { startTestBroker } from './testing/test-broker.ts'

const given = process.env['KAFKA_BROKERS']
const broker = given === undefined ? await startTestBroker(19_192) : null
const brokers = broker?.brokers ?? given?.split(',') ?? []
after(() => broker?.clean())

type Named = Readonly<{
  /** Sorted. */
  holds: () => readonly number[]
  /** What it had to give up, in order. */
  revoked: readonly number[]
  stop: () => Promise<void>
}>

/** A member as a process of that name has it, with a log of its own; the test ends it. */
async function start(test: TestContext, topic: string, memberName: string): Promise<Named> {
  const log = await openKafkaLog(
    {
      brokers,
      clientId: 'named',
      topics: [memberTopic(topic)],
      createTopics: { replicationFactor: 1 },
      tuning: memberTuning,
      memberName,
    },
    { now: Date.now },
  )
  test.after(() => log.close())
  const held = new Set<number>()
  const revoked: number[] = []
  await log.join({
    group: 'g',
    topic,
    async onAssigned(partition) {
      held.add(partition)
      return null
    },
    onRecords: async () => undefined,
    async onRevoked(partition) {
      held.delete(partition)
      revoked.push(partition)
    },
    onError: (error) => assert.fail(error),
  })
  return { holds: () => [...held].toSorted((a, b) => a - b), revoked, stop: () => log.close() }
}

async function untilTheyHold(expected: readonly (readonly [Named, readonly number[]])[], what: string): Promise<void> {
  await until(() => expected.every(([member, holds]) => member.holds().join() === holds.join()), what)
}

describe('members that have names', () => {
  it('have their partitions again when they come back, while the others keep theirs', async (test) => {
    const topic = `names-${process.pid}-${Date.now()}`
    const last = await start(test, topic, 'scorer-2')
    await until(() => last.holds().length === 6, 'the only one has every partition')
    const first = await start(test, topic, 'scorer-0')
    await until(() => first.holds().length === 3 && last.holds().length === 3, 'each of two has its half')
    const second = await start(test, topic, 'scorer-1')
    const others = [
      [first, [0, 1]],
      [last, [2, 5]],
    ] as const
    await untilTheyHold([...others, [second, [3, 4]]], 'each has what its name gives it')
    const movedBefore = others.map(([member]) => member.revoked.length)

    await second.stop()
    await until(() => first.holds().length === 3 && last.holds().length === 3, 'the two share what was its')
    const again = await start(test, topic, 'scorer-1')
    await untilTheyHold([...others, [again, [3, 4]]], 'it has its own again')
    for (const [at, [member, own]] of others.entries()) {
      const moved = member.revoked.slice(movedBefore[at])
      assert.deepEqual([moved.length, moved.some((partition) => own.some((each) => each === partition))], [1, false])
    }

    await Promise.all([first.stop(), again.stop(), last.stop()])
    const restarted = await Promise.all([
      start(test, topic, 'scorer-1'),
      start(test, topic, 'scorer-2'),
      start(test, topic, 'scorer-0'),
    ])
    const [newSecond, newLast, newFirst] = restarted
    await untilTheyHold(
      [
        [newFirst, [0, 1]],
        [newSecond, [3, 4]],
        [newLast, [2, 5]],
      ],
      'after all of them were gone',
    )
  })

  it('share every partition once, also while two of them go by the same name', async (test) => {
    const topic = `twins-${process.pid}-${Date.now()}`
    const one = await start(test, topic, 'scorer-0')
    const twin = await start(test, topic, 'scorer-0')
    await until(() => one.holds().length === 3 && twin.holds().length === 3, 'each has its half')
    assert.equal(new Set([...one.holds(), ...twin.holds()]).size, 6)
    await one.stop()
    await until(() => twin.holds().length === 6, 'the one that is left has every partition')
  })
})
