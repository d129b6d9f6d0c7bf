import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { numbered, until } from '../contract/facts.ts'
import type { EventLog, Member } from '../event-log.ts'
import { openKafkaLog } from './index.ts'
import { memberTopic, memberTuning } from './testing/member-setting.ts'
import { startTestBroker } from './testing/test-broker.ts'

const given = process.env['KAFKA_BROKERS']
const broker = given === undefined ? await startTestBroker(19_192) : null
const brokers = broker?.brokers ?? given?.split(',') ?? []
after(() => broker?.clean())

const program = fileURLToPath(new URL('testing/member-process.ts', import.meta.url))
const partitions = [0, 1, 2, 3, 4, 5]
let count = 0

type Line = Readonly<{
  event: string
  partition: number
  first: number
  last: number
  next: number
  code: string
  held: readonly number[]
}>
type Child = Readonly<{ process: ChildProcess; lines: readonly Line[] }>
type Joined = Readonly<{
  member: Member
  delivered: ReadonlyMap<number, ReadonlySet<number>>
  held: ReadonlySet<number>
}>
type Scene = Readonly<{
  /** How often a member of this process was told that it may have no partition yet. */
  emptyHanded: () => number
  log: EventLog
  topic: string
  group: string
  startChild: () => Child
  joinHere: () => Promise<Joined>
}>

/** A topic and a group of their own, members in this process and in children; everything is ended after. */
function withGroup(play: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    count += 1
    const topic = `members-${process.pid}-${Date.now()}-${count}`
    const group = 'g'
    const options = { brokers, clientId: 'parent', topics: [memberTopic(topic)], tuning: memberTuning }
    let emptyHanded = 0
    const logger = {
      info(facts: object) {
        if ('partitions' in facts && Array.isArray(facts.partitions) && facts.partitions.length === 0) emptyHanded += 1
      },
      warn: () => undefined,
      error: () => undefined,
    }
    const log = await openKafkaLog({ ...options, createTopics: { replicationFactor: 1 } }, { now: Date.now, logger })
    const children: ChildProcess[] = []

    function startChild(): Child {
      const args = ['--disable-warning=ExperimentalWarning', program, brokers[0] ?? '', topic, group]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      const lines: Line[] = []
      createInterface(child.stdout).on('line', (line) => void lines.push(JSON.parse(line) as Line))
      return { process: child, lines }
    }

    async function joinHere(): Promise<Joined> {
      const delivered = new Map(partitions.map((partition) => [partition, new Set<number>()]))
      const held = new Set<number>()
      const member: Member = await log.join({
        group,
        topic,
        onAssigned: async (partition) => {
          held.add(partition)
          return null
        },
        async onRecords(partition, records) {
          for (const { offset } of records) delivered.get(partition)?.add(offset)
          await member.commit(partition, (records.at(-1)?.offset ?? 0) + 1)
        },
        onRevoked: async (partition) => void held.delete(partition),
        onError: (error) => assert.fail(error),
      })
      return { member, delivered, held }
    }

    try {
      await play({ emptyHanded: () => emptyHanded, log, topic, group, startChild, joinHere })
    } finally {
      for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await log.close()
    }
  }
}

const appendEverywhere = (log: EventLog, topic: string, from: number, records: number): Promise<unknown> =>
  log.append(partitions.flatMap((partition) => numbered(topic, partition, from, records)))

const heldBy = ({ lines }: Child): ReadonlySet<number> => {
  const held = new Set<number>()
  for (const { event, partition } of lines) {
    if (event === 'assigned') held.add(partition)
    if (event === 'revoked') held.delete(partition)
  }
  return held
}

/** Every record was delivered, here or to the child. */
function nothingMissing(joined: Joined, child: Child, records: number): boolean {
  const reached = new Map<number, number>()
  for (const { event, partition, last } of child.lines) if (event === 'records') reached.set(partition, last + 1)
  return partitions.every((partition) => {
    const here = joined.delivered.get(partition) ?? new Set()
    for (let offset = reached.get(partition) ?? 0; offset < records; offset += 1) if (!here.has(offset)) return false
    return true
  })
}

describe('members of a group in several processes', () => {
  it(
    'share the partitions; when one is killed, the other has them all and no record is missed',
    withGroup(async ({ log, topic, startChild, joinHere }) => {
      const child = startChild()
      await until(() => heldBy(child).size === 6, 'the child has every partition')
      const joined = await joinHere()
      await until(() => joined.held.size === 3 && heldBy(child).size === 3, 'each has its half')
      let appended = 0
      const kill = async (): Promise<void> => {
        await until(() => child.lines.filter(({ event }) => event === 'records').length > 20, 'the child is at work')
        child.process.kill('SIGKILL')
        await once(child.process, 'exit')
      }
      const killed = kill()
      for (; appended < 600; appended += 10) await appendEverywhere(log, topic, appended, 10)
      await killed
      await until(() => joined.held.size === 6, 'the one that is left has every partition')
      await until(() => nothingMissing(joined, child, appended), 'no record is missing')
    }),
  )

  it(
    'take over from one that is stopped, which then delivers and commits nothing that it has lost',
    withGroup(async ({ log, topic, startChild, joinHere }) => {
      const child = startChild()
      const joined = await joinHere()
      await until(() => joined.held.size === 3 && heldBy(child).size === 3, 'each has its half')
      const lostSoon = heldBy(child)
      // Stopped in the middle of its work, with more fetched than it has handled.
      const working = (async () => {
        for (let from = 0; from < 300; from += 10) await appendEverywhere(log, topic, from, 10)
      })()
      await until(() => child.lines.filter(({ event }) => event === 'records').length > 5, 'the child is at work')
      child.process.kill('SIGSTOP')
      await working
      await until(() => joined.held.size === 6, 'the other has every partition')
      await appendEverywhere(log, topic, 300, 10)
      await until(() => nothingMissing(joined, child, 310), 'no record is missing')
      const before = child.lines.length
      child.process.kill('SIGCONT')
      await until(() => {
        const revoked = child.lines.slice(before).filter(({ event }) => event === 'revoked')
        return revoked.length >= lostSoon.size
      }, 'the child has let go of what it lost')
      const late = child.lines.slice(before)
      // What it may have said in the moment in which it was stopped, it had not yet lost.
      const rejoined = late.findIndex(({ event }) => event === 'assigned')
      const held = late.slice(0, rejoined === -1 ? late.length : rejoined).flatMap((line) => line.held ?? [])
      assert.ok(late.some(({ event }) => event === 'holds') && held.length <= lostSoon.size, JSON.stringify(held))
      for (const partition of lostSoon) {
        const own = late.filter((line) => line.partition === partition)
        const gone = own.findIndex(({ event }) => event === 'revoked')
        const events = own.slice(0, gone).map(({ event }) => event)
        assert.ok(!events.includes('records'), `delivered ${JSON.stringify(own)}`)
        // The answer to a commit that the group took before the partition was lost may be read only now.
        const begun = Math.min(...(joined.delivered.get(partition) ?? []))
        for (const { event, next } of own.slice(0, gone)) if (event === 'committed') assert.equal(next, begun)
      }
      await until(() => joined.held.size === 3 && heldBy(child).size === 3, 'the child is a member again')
      await appendEverywhere(log, topic, 310, 10)
      await until(() => nothingMissing(joined, child, 320), 'both go on')
    }),
  )

  it(
    'hand a partition on only when what was done with it is saved',
    withGroup(async ({ log, topic, group, joinHere, emptyHanded }) => {
      let release = (): void => undefined
      const saved = new Promise<void>((resolve) => {
        release = resolve
      })
      const assigned = new Set<number>()
      const slow = await log.join({
        group,
        topic,
        onAssigned: async (partition) => {
          assigned.add(partition)
          return null
        },
        onRecords: async () => undefined,
        onRevoked: () => saved,
        onError: (error) => assert.fail(error),
      })
      await until(() => assigned.size === 6, 'the only member has every partition')
      const stopping = slow.stop()
      const joined = await joinHere()
      const other = await joinHere()
      await until(() => emptyHanded() >= 2, 'the others are told that they have nothing yet')
      assert.equal(joined.held.size + other.held.size, 0)
      release()
      await stopping
      await until(() => joined.held.size + other.held.size === 6, 'the others have every partition')
    }),
  )
})
