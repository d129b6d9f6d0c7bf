import { LogError } from '../log-error.ts'

/** Codes of https://kafka.apache.org/protocol.html#protocol_error_codes that an answer to a produce request is judged by. */
const produceTypes: ReadonlyMap<number, string> = new Map([
  [10, 'MESSAGE_TOO_LARGE'],
  [17, 'INVALID_TOPIC_EXCEPTION'],
  [18, 'RECORD_LIST_TOO_LARGE'],
  [29, 'TOPIC_AUTHORIZATION_FAILED'],
  [31, 'CLUSTER_AUTHORIZATION_FAILED'],
  [32, 'INVALID_TIMESTAMP'],
  [44, 'POLICY_VIOLATION'],
  [87, 'INVALID_RECORD'],
])

/** The broker's no to the records of one partition. */
export class ProduceRefusal extends Error {
  override readonly name = 'ProduceRefusal'
  readonly type: string

  constructor(topic: string, partition: number, errorCode: number) {
    super(`the broker refused records for ${topic}-${partition} with error ${errorCode}`)
    this.type = produceTypes.get(errorCode) ?? `ERROR_${errorCode}`
  }
}

/** Error types of the protocol that do not pass by waiting; all others may. */
const permanentTypes: ReadonlySet<string> = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'GROUP_MAX_SIZE_REACHED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION',
  'SASL_AUTHENTICATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
])

const refusedRecordTypes: ReadonlySet<string> = new Set([
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
])

const lostMemberTypes: ReadonlySet<string> = new Set(['FENCED_INSTANCE_ID', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'])

/**
 * What a fault means: `passing` may be gone at the next attempt, `refused-record` is the broker's no to what was sent, `rebalance` asks
 * the member to join again, `lost-member` says that the group goes on without it, `permanent` needs a person.
 */
export type KafkaFault = 'passing' | 'refused-record' | 'rebalance' | 'lost-member' | 'permanent'

/** Classifies what kafkajs threw. Unknown faults are taken for passing ones: whoever retries has a deadline or a stop. */
export function kafkaFaultOf(error: unknown): KafkaFault {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'KafkaJSSASLAuthenticationError') return 'permanent'
    const type = typeOf(cause)
    if (type === null) continue
    if (permanentTypes.has(type)) return 'permanent'
    if (refusedRecordTypes.has(type)) return 'refused-record'
    if (type === 'REBALANCE_IN_PROGRESS') return 'rebalance'
    if (lostMemberTypes.has(type)) return 'lost-member'
  }
  return 'passing'
}

const accessTypes: ReadonlySet<string> = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
])

/** True when the cluster does not know the client, or gives it no right to what it asked for. */
export function isAccessRefused(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'KafkaJSSASLAuthenticationError') return true
    if (accessTypes.has(typeOf(cause) ?? '')) return true
    // What kafkajs throws when several topics were asked for at once.
    if ('errors' in cause && Array.isArray(cause.errors) && cause.errors.some(isAccessRefused)) return true
  }
  return false
}

/** The place that a fetch asked for and that the partition does not have; null for any other fault. */
export function outOfRangeOf(error: unknown): Readonly<{ topic: string; partition: number }> | null {
  if (!(error instanceof Error) || error.name !== 'KafkaJSOffsetOutOfRange') return null
  const { topic, partition } = error as Error & Readonly<{ topic: string; partition: number }>
  return { topic, partition }
}

/** A LogError `log-unavailable` for what kafkajs threw; a LogError stays what it is. */
export function unavailable(message: string, cause: unknown): LogError {
  return cause instanceof LogError ? cause : new LogError('log-unavailable', message, { cause })
}

function typeOf(error: Error): string | null {
  return 'type' in error && typeof error.type === 'string' ? error.type : null
}
