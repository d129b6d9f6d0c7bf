import { randomUUID } from 'node:crypto'
import {
  type ActivityRecord,
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  stateTopicOf,
  userKey,
} from '@watchword/contracts'
import { type AppendRecord, type EventLog, type Headers, partitionOf } from '@watchword/event-log'
import { builtInPolicy } from '@watchword/policy'
import { createProfileStage } from '@watchword/scorer'
import { type ChangedRow, createMemoryStateStore, systemClock, withChangelog } from '@watchword/stream'
import { sampleRecord } from '../drive/sample-record.ts'
import { foldedProfile } from '../drive/folded-profile.ts'

/** A changelog that holds users, and a way to let one of each partition act. */
export type FilledChangelog = Readonly<{
  topic: string
  /** Mean size of a row. */
  rowBytes: number
  /** Appends an activity of a known user of each partition; answers how many. */
  actOnce: () => Promise<number>
}>

/** Writes the state of so many users as the scorer does: folded by its stage, saved by its store at the end of the activities that there are. */
export async function fillChangelog(log: EventLog, codecs: Codecs, users: number): Promise<FilledChangelog> {
  const policy = builtInPolicy()
  const stage = createProfileStage({ codecs, policyOf: () => policy })
  const sample = await sampleRecord()
  const template = (await createCodecs(createEmbeddedRegistry())).activity.decode(sample.value)
  const { tenant } = template
  const partitions = log.topics.get(stage.input)?.partitions ?? 1
  const byPartition: number[][] = Array.from({ length: partitions }, () => [])
  for (let number = 0; number < users; number += 1) {
    byPartition[partitionOf(userKey(tenant, `user-${number}`), partitions)]?.push(number)
  }

  async function actOnce(): Promise<number> {
    const active = byPartition.map(([number = 0]) => activityOf(template, number, codecs, stage.input, sample.headers))
    await log.append(active)
    return active.length
  }

  await actOnce()
  let bytes = 0
  function* rowsOf(numbers: readonly number[]): Generator<ChangedRow> {
    for (const number of numbers) {
      const user = `user-${number}`
      const value = stage.encodeState(foldedProfile(stage, template, user, number))
      bytes += value.byteLength
      yield [userKey(tenant, user), value]
    }
  }
  const topic = stateTopicOf(stage.name)
  const ignored = (): undefined => undefined
  const silent = {
    onRestoring: ignored,
    onRepaired: ignored,
    onRepairFailed: ignored,
    onFollowed: ignored,
    onFollowFailed: ignored,
  }
  for (const [partition, numbers] of byPartition.entries()) {
    const options = { topic, stateVersion: stage.stateVersion, writer: randomUUID() }
    const store = withChangelog(createMemoryStateStore(), options, { log, clock: systemClock, ...silent })
    await store.save({
      partition,
      position: { nextOffset: 1, time: 0, watermarks: {}, said: { spots: {}, positions: {}, poisoned: [] } },
      rows: rowsOf(numbers),
    })
    await store.close()
  }
  return { topic, rowBytes: Math.round(bytes / users), actOnce }
}

function activityOf(
  template: ActivityRecord,
  number: number,
  codecs: Pick<Codecs, 'activity'>,
  topic: string,
  headers: Headers,
): AppendRecord {
  if (template.body.type !== 'activity') throw new RangeError('the sample is something else than an activity')
  const user = `user-${number}`
  const data = { ...template.body.data, id: randomUUID() }
  const value = codecs.activity.encode({ ...template, user, receivedAt: Date.now(), body: { type: 'activity', data } })
  return { topic, key: userKey(template.tenant, user), value, headers }
}
