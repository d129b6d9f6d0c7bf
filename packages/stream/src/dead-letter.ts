import { type AppendRecord, type LogRecord, recordBytesMax, recordBytesOf } from '@watchword/event-log'
import type { Poison } from './fold-record.ts'
import { offsetHeader } from './source-header.ts'

/** `<topic>` -> `<topic>.dlq`. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`
}

/**
 * The record as it goes to the dead letters: bytes and key untouched, its own headers kept but for `ww-*`. Of one that is too large for that,
 * the value stays where it is, and its own headers and key too if need be.
 */
export function toDeadLetter(record: LogRecord, poison: Poison, group: string, partition: number): AppendRecord {
  // The watermark of a reader of dead letters must not count what another stage has said elsewhere.
  const kept = Object.entries(record.headers).filter(([name]) => !name.startsWith('ww-') && !name.startsWith('dlq.'))
  const told: Record<string, string> = {
    'dlq.original.topic': record.topic,
    'dlq.original.partition': String(record.partition),
    'dlq.original.offset': String(record.offset),
    'dlq.original.timestamp': String(record.timestamp),
    'dlq.consumer.group': group,
    'dlq.error.class': classOf(poison.error),
    'dlq.error.message': describe(poison),
    'dlq.error.stage': poison.step,
  }
  // Dead letters are not compacted, so a tombstone travels as a header.
  if (record.value === null) told['dlq.original.tombstone'] = '1'
  const place = { topic: deadLetterTopic(record.topic), key: record.key, partition }
  const own = Object.fromEntries(kept)
  const value = record.value ?? new Uint8Array()
  const whole = { ...place, value, headers: { ...own, ...told } }
  if (recordBytesOf(whole) <= recordBytesMax) return whole
  // A broker takes a little more from others than a letter about it could hold; the partition must not stand still for that.
  told['dlq.original.bytes'] = String(value.length)
  const empty = { ...place, value: new Uint8Array(), headers: { ...own, ...told } }
  if (recordBytesOf(empty) <= recordBytesMax) return empty
  const bare = { ...empty, headers: told }
  return recordBytesOf(bare) <= recordBytesMax ? bare : { ...bare, key: '' }
}

/** The offset of the input that a dead letter of this group and partition stands for; undefined for any other record. */
export function deadLetterOffset(
  letter: LogRecord,
  topic: string,
  partition: number,
  group: string,
): number | undefined {
  const { headers } = letter
  if (headers['dlq.original.topic'] !== topic || headers['dlq.consumer.group'] !== group) return undefined
  if (offsetHeader(headers, 'dlq.original.partition') !== partition) return undefined
  return offsetHeader(headers, 'dlq.original.offset')
}

/** Error messages quote what they could not read (JSON.parse does), so only the class, the code and the place are told. */
function describe({ step, error }: Poison): string {
  const code =
    'code' in error && typeof error.code === 'string' && /^[\w-]{1,64}$/.test(error.code) ? ` ${error.code}` : ''
  const frames = (error.stack ?? '').replace(error.message, '').split('\n')
  const frame = frames.find((line) => line.startsWith('    at '))
  return `${step} threw ${classOf(error)}${code}${frame === undefined ? '' : ` ${frame.trim()}`}`
}

function classOf(error: Error): string {
  return /^\w{1,64}$/.test(error.constructor.name) ? error.constructor.name : 'Error'
}
