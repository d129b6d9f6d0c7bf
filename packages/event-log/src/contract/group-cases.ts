import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventLog, JoinOptions, LogRecord, Member } from '../event-log.ts'
import type { InScene, Scene } from './contract-harness.ts'
import { numbered, rejectsWith, textOf, until } from './facts.ts'

type Joined = Readonly<{ member: Member; records: LogRecord[]; assigned: number[]; revoked: number[] }>

async function joinGroup(log: EventLog, scene: Scene, handlers: Partial<JoinOptions> = {}): Promise<Joined> {
  const records: LogRecord[] = []
  const assigned: number[] = []
  const revoked: number[] = []
  const member = await log.join({
    group: scene.group,
    topic: scene.events.name,
    ahead: handlers.ahead ?? false,
    async onAssigned(partition) {
      assigned.push(partition)
      return (await handlers.onAssigned?.(partition)) ?? null
    },
    async onRecords(partition, batch) {
      await handlers.onRecords?.(partition, batch)
      records.push(...batch)
    },
    async onRevoked(partition) {
      revoked.push(partition)
      await handlers.onRevoked?.(partition)
    },
    onError: handlers.onError ?? ((error) => assert.fail(error)),
  })
  return { member, records, assigned, revoked }
}

const everyPartition = [0, 1, 2, 3]

/** What is promised to the members of a group. */
export function groupCases(inScene: InScene): void {
  describe('join', () => {
    it(
      'delivers each partition in order and gives all of them up at stop',
      inScene(async (scene) => {
        const { log, events } = scene
        await log.append([...numbered(events.name, 0, 0, 30), ...numbered(events.name, 3, 0, 30)])
        const { member, records, assigned, revoked } = await joinGroup(log, scene)
        await until(() => records.length === 60, 'all records are delivered')
        for (const partition of [0, 3]) {
          const texts = records.filter((found) => found.partition === partition).map(textOf)
          assert.deepEqual(
            texts,
            Array.from({ length: 30 }, (_, at) => String(at)),
          )
        }
        await member.stop()
        assert.deepEqual([new Set(assigned), new Set(revoked)], [new Set(everyPartition), new Set(everyPartition)])
        assert.deepEqual([assigned.length, revoked.length], [4, 4])
      }),
    )

    it(
      'delivers nothing after stop has begun to revoke',
      inScene(async (scene) => {
        const { log, events } = scene
        const revokedSoFar = new Set<number>()
        let late = 0
        const { member, records } = await joinGroup(log, scene, {
          onRecords: async (partition) => void (late += revokedSoFar.has(partition) ? 1 : 0),
          onRevoked: async (partition) => void revokedSoFar.add(partition),
        })
        await log.append(numbered(events.name, 0, 0, 5))
        await until(() => records.length > 0, 'something is delivered')
        const stopping = member.stop()
        await log.append(numbered(events.name, 0, 5, 5))
        await stopping
        const count = records.length
        await log.append(numbered(events.name, 0, 10, 5))
        assert.deepEqual([late, records.length], [0, count])
      }),
    )

    it(
      'gives each record once and in order to who reads ahead, and says when it is durable',
      inScene(async (scene) => {
        const { log, events } = scene
        const { member, records } = await joinGroup(log, scene, { ahead: true })
        const appends = Array.from({ length: 20 }, (_, call) => log.append(numbered(events.name, 2, 5 * call, 5)))
        await until(() => records.length === 100, 'all records are delivered')
        assert.deepEqual(
          records.map(textOf),
          Array.from({ length: 100 }, (_, at) => String(at)),
        )
        const next = 1 + (records.at(-1)?.offset ?? Infinity)
        await member.durable(2, next)
        assert.ok(((await log.ends(events.name))[2] ?? 0) >= next)
        await Promise.all(appends)
        await member.stop()
      }),
    )

    it(
      'goes on at the committed position, also after reopening',
      inScene(async (scene) => {
        const { log, events } = scene
        const positions = await log.append(numbered(events.name, 1, 0, 10))
        const first = await joinGroup(log, scene)
        await until(() => first.records.length === 10, 'all records are delivered')
        await first.member.commit(1, positions[4]?.offset ?? 0)
        await first.member.stop()
        const second = await joinGroup(log, scene)
        await until(() => second.records.length === 6, 'the rest is delivered again')
        await second.member.stop()
        const third = await joinGroup(await scene.reopen(), scene)
        await until(() => third.records.length === 6, 'the rest is delivered after reopening')
        assert.deepEqual(third.records.map(textOf), ['4', '5', '6', '7', '8', '9'])
        await third.member.stop()
      }),
    )

    it(
      'never lets a committed position go back',
      inScene(async (scene) => {
        const { log, events } = scene
        const positions = await log.append(numbered(events.name, 0, 0, 10))
        const first = await joinGroup(log, scene)
        await until(() => first.records.length === 10, 'all records are delivered')
        await first.member.commit(0, positions[8]?.offset ?? 0)
        await first.member.commit(0, positions[2]?.offset ?? 0)
        await first.member.stop()
        const second = await joinGroup(log, scene)
        await until(() => second.records.length >= 2, 'the rest is delivered')
        assert.deepEqual(second.records.map(textOf), ['8', '9'])
        await second.member.stop()
      }),
    )

    it(
      'tells anybody what was committed, also after reopening, and null for what never was',
      inScene(async (scene) => {
        const { log, events, group } = scene
        assert.deepEqual(await log.committed(group, events.name), [null, null, null, null])
        const positions = await log.append(numbered(events.name, 1, 0, 10))
        const { member, records } = await joinGroup(log, scene)
        await until(() => records.length === 10, 'all records are delivered')
        const next = (positions[6]?.offset ?? 0) + 1
        await member.commit(1, next)
        await member.commit(2, 0)
        assert.equal((await log.committed(group, events.name))[2], 0)
        const [never, committed] = await log.committed(group, events.name)
        assert.deepEqual([never, committed], [null, next])
        await member.stop()
        const reopened = await scene.reopen()
        assert.equal((await reopened.committed(group, events.name))[1], next)
        assert.deepEqual(await reopened.committed(`${group}-other`, events.name), [null, null, null, null])
      }),
    )

    it(
      'tells nothing of a topic that it does not have',
      inScene(async ({ log, group }) => rejectsWith('unknown-topic', log.committed(group, 'nowhere'))),
    )

    it(
      'begins where onAssigned says, whatever was committed',
      inScene(async (scene) => {
        const { log, events } = scene
        const positions = await log.append(numbered(events.name, 2, 0, 10))
        const first = await joinGroup(log, scene)
        await until(() => first.records.length === 10, 'all records are delivered')
        await first.member.commit(2, (positions[9]?.offset ?? 0) + 1)
        await first.member.stop()
        const named = positions[3]?.offset ?? 0
        const second = await joinGroup(log, scene, {
          onAssigned: async (partition) => (partition === 2 ? named : null),
        })
        await until(() => second.records.length >= 7, 'the records from there on are delivered')
        assert.deepEqual(second.records.map(textOf), ['3', '4', '5', '6', '7', '8', '9'])
        await second.member.stop()
      }),
    )

    it(
      'holds the next batch back until the promise resolves',
      inScene(async (scene) => {
        const { log, events } = scene
        let release = (): void => {}
        let batches = 0
        const { member, records } = await joinGroup(log, scene, {
          onRecords: () =>
            new Promise((resolve) => {
              batches += 1
              release = resolve
            }),
        })
        await log.append(numbered(events.name, 0, 0, 1))
        await until(() => batches === 1, 'the first batch is delivered')
        await log.append(numbered(events.name, 0, 1, 1))
        assert.deepEqual([batches, records.length], [1, 0])
        release()
        await until(() => batches === 2, 'the second batch is delivered')
        release()
        await member.stop()
      }),
    )

    it(
      'shares the partitions among members, each record to one, and passes them on when one leaves',
      inScene(async (scene) => {
        const { log, events } = scene
        const first = await joinGroup(log, scene)
        await until(() => first.assigned.length === 4, 'the only member has every partition')
        const second = await joinGroup(log, scene)
        await until(() => second.assigned.length > 0 && first.revoked.length > 0, 'the partitions are shared')
        await log.append(everyPartition.flatMap((partition) => numbered(events.name, partition, 0, 5)))
        await until(() => first.records.length + second.records.length >= 20, 'all records are delivered')
        assert.ok(first.records.length > 0 && second.records.length > 0)
        for (const { partition, offset } of second.records) await second.member.commit(partition, offset + 1)
        for (const { partition, offset } of first.records) await first.member.commit(partition, offset + 1)
        await first.member.stop()
        const before = second.records.length
        await log.append(everyPartition.flatMap((partition) => numbered(events.name, partition, 5, 1)))
        await until(() => second.records.length >= before + 4, 'the one that stayed has every partition')
        assert.deepEqual(second.records.slice(before).map(textOf), ['5', '5', '5', '5'])
        await second.member.stop()
      }),
    )

    it(
      'says what a member holds: a partition from its assignment until its revocation is done',
      inScene(async (scene) => {
        const said: string[] = []
        const note = (event: string, partition: number): void => {
          if (partition === 0) said.push(`${event} ${first.member.holds(0)}`)
        }
        const first: Joined = await joinGroup(scene.log, scene, {
          async onAssigned(partition) {
            note('assigned', partition)
            return null
          },
          onRevoked: async (partition) => note('revoked', partition),
        })
        await until(() => first.assigned.length === 4, 'the only member has every partition')
        assert.deepEqual(
          [-1, ...everyPartition, 4].map((partition) => first.member.holds(partition)),
          [false, true, true, true, true, false],
        )
        await first.member.stop()
        assert.deepEqual(said, ['assigned true', 'revoked true'])
        assert.deepEqual(
          everyPartition.map((partition) => first.member.holds(partition)),
          [false, false, false, false],
        )
      }),
    )

    it(
      'ends the membership with the fault of its reader, told once, and commits nothing by itself',
      inScene(async (scene) => {
        const { log, events } = scene
        const faults: string[] = []
        await log.append(numbered(events.name, 0, 0, 3))
        const broken = await joinGroup(log, scene, {
          onRecords: async () => {
            throw new Error('reader broke')
          },
          onError: (error) => void faults.push(error.message),
        })
        await until(() => faults.length > 0, 'the fault is told')
        await broken.member.stop()
        const second = await joinGroup(log, scene)
        await until(() => second.records.length === 3, 'another member gets the records')
        assert.deepEqual(faults, ['reader broke'])
        await second.member.stop()
      }),
    )

    it(
      'refuses to join a topic that it does not have',
      inScene(async (scene) => {
        const nowhere = { ...scene, events: { ...scene.events, name: 'nowhere' } }
        await rejectsWith('unknown-topic', joinGroup(scene.log, nowhere))
      }),
    )
  })
}
