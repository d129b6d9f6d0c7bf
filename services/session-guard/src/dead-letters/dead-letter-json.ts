import { splitUserKey, topicOf } from '@watchword/contracts'
import { type Static, Type } from 'typebox'
import { isoTime } from '../http/lock-json.ts'
import type { DeadLetter } from './dead-letters.ts'

const about = {
  id: Type.String(),
  topic: Type.String({ description: 'Of the record.' }),
  partition: Type.Integer({ description: 'Where the record stood.' }),
  offset: Type.Integer(),
  user: Type.Optional(Type.String()),
  time: Type.String({ description: 'When it became a dead letter.' }),
  group: Type.String({ description: 'Of the stage that could not read or fold it.' }),
  error: Type.Object({ class: Type.String(), message: Type.String(), step: Type.String() }),
  bytes: Type.Integer({ description: 'Of the value of the record.' }),
  replayedAt: Type.Optional(Type.String()),
}

/** A dead letter in a list. */
export const deadLetterSchema = Type.Object(about)

/** A dead letter with what it holds. */
export const wholeLetterSchema = Type.Object({
  ...about,
  key: Type.String(),
  headers: Type.Record(Type.String(), Type.String(), { description: 'Those of the record.' }),
  value: Type.Optional(Type.String({ description: 'The bytes in base64; none where they were too many.' })),
})

export function deadLetterJson({ id, name, record, replayedAt }: DeadLetter): Static<typeof deadLetterSchema> {
  const { headers, key, value, timestamp } = record
  const { user } = splitUserKey(key)
  return {
    id,
    topic: topicOf(name),
    partition: Number(headers['dlq.original.partition']),
    offset: Number(headers['dlq.original.offset']),
    ...(name === 'sighting' || user === '' ? {} : { user }),
    time: isoTime(timestamp),
    group: headers['dlq.consumer.group'] ?? '',
    error: {
      class: headers['dlq.error.class'] ?? '',
      message: headers['dlq.error.message'] ?? '',
      step: headers['dlq.error.stage'] ?? '',
    },
    bytes: Number(headers['dlq.original.bytes'] ?? value?.length ?? 0),
    ...(replayedAt === null ? {} : { replayedAt: isoTime(replayedAt) }),
  }
}

export function wholeLetterJson(letter: DeadLetter): Static<typeof wholeLetterSchema> {
  const { key, headers, value } = letter.record
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('dlq.'))
  return {
    ...deadLetterJson(letter),
    key,
    headers: Object.fromEntries(own),
    ...(isWhole(letter) ? { value: Buffer.from(value ?? []).toString('base64') } : {}),
  }
}

/** Whether the letter has the bytes of the record; else only where it stood. */
export function isWhole({ record }: DeadLetter): boolean {
  const { headers } = record
  return headers['dlq.original.bytes'] === undefined && headers['dlq.original.tombstone'] === undefined
}
