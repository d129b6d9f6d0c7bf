import assert from 'node:assert/strict'
import { type LockState, type MfaRecord, topicOf, userKey } from '@watchword/contracts'
import type { GuardWorld } from './guard-world.ts'
import { until } from './until.ts'

async function recordsOf(world: GuardWorld, topic: 'mfa' | 'lock', user: string): Promise<readonly Uint8Array[]> {
  const key = userKey('demo', user)
  const name = topicOf(topic)
  const records = await world.log.read(name, world.log.partitionFor(name, key), 0, 1_000)
  return records.flatMap((record) => (record.key === key && record.value !== null ? [record.value] : []))
}

/** What the log says of a user now. */
export async function newestLockState(world: GuardWorld, user: string): Promise<LockState> {
  return world.codecs.lock.decode((await recordsOf(world, 'lock', user)).at(-1) ?? new Uint8Array())
}

/** The first record of a type to a user in the inbox, as soon as there is one. */
export async function inboxRecord(
  world: GuardWorld,
  type: MfaRecord['body']['type'],
  user = 'alice',
): Promise<MfaRecord> {
  let found: MfaRecord | undefined
  await until(async () => {
    found = (await recordsOf(world, 'mfa', user))
      .map((value) => world.codecs.mfa.decode(value))
      .find(({ body }) => body.type === type)
    return found !== undefined
  })
  assert.ok(found)
  return found
}

/** Puts bytes into the inbox, as whoever may write to the topic can. */
export function append(
  { log }: GuardWorld,
  value: Uint8Array,
  key: string = userKey('demo', 'alice'),
): Promise<unknown> {
  return log.append([{ topic: topicOf('mfa'), key, value }])
}
