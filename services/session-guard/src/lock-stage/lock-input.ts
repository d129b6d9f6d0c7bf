import { type Codecs, logTimeOf, type MfaRecord, userKey, wholeTenant } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { hasValidMac } from './command-mac.ts'

/** A record of the inbox, whether it may be obeyed, and its log time. */
export type LockInput = Readonly<{ record: MfaRecord; isAuthentic: boolean; at: number }>

const commandAgeMsMax = 120_000
const frameBytes = 5

export type ReadInboxDeps = Readonly<{
  codecs: Pick<Codecs, 'mfa'>
  commandKey: Uint8Array
  /** Further keys whose commands are obeyed; none by default. */
  otherCommandKeys?: readonly Uint8Array[]
}>

/** Reads a record of the inbox and finds out whether it may be obeyed; throws for what nobody can read. */
export function readInbox(record: LogRecord, { codecs, commandKey, otherCommandKeys = [] }: ReadInboxDeps): LockInput {
  const bytes = record.value ?? new Uint8Array()
  const decoded = codecs.mfa.decode(bytes)
  const { type } = decoded.body
  const isDemand = type === 'mfa-required' || type === 'lock-asked'
  // A demand asks for more proof only, so it needs no MAC; but nobody asks it in the name of another key.
  const isOurs = isDemand
    ? decoded.mac === null
    : (isFromStage(decoded) || isTimely(record, decoded)) &&
      isCanonical(bytes, codecs.mfa.encode(decoded)) &&
      hasValidMac([commandKey, ...otherCommandKeys], decoded)
  return {
    record: decoded,
    isAuthentic: isOurs && isItsOwn(record.key, decoded),
    // Nor does a time that has not come yet: it would make every challenge stale for good, and forget which sessions have ended.
    at: logTimeOf(decoded.receivedAt, record.timestamp),
  }
}

// A tenant is asked, and nothing else is said to it.
function isItsOwn(key: string | null, { tenant, user, body }: MfaRecord): boolean {
  return key === userKey(tenant, user) && (user === wholeTenant) === (body.type === 'lock-asked')
}

// A command is remembered for a while and not for ever: one that was copied back into the topic later (an unlock of last week) is no command.
function isTimely(record: LogRecord, { receivedAt }: MfaRecord): boolean {
  return Math.abs(record.timestamp - receivedAt) <= commandAgeMsMax
}

const fromStage: ReadonlySet<MfaRecord['body']['type']> = new Set([
  'approval-prompted',
  'approval-recorded',
  'lock-withheld',
])

// What the stage tells another key has the time of the record that led to it, which may be old where the stage was behind. Copies of it do nothing:
// each person approves once and is asked once, and what it is about is over soon.
function isFromStage({ body }: MfaRecord): boolean {
  return fromStage.has(body.type)
}

// Avro reads some changed bytes as the same value (any odd byte is true): what the guard has not written is not obeyed, whatever it means.
function isCanonical(bytes: Uint8Array, encoded: Uint8Array): boolean {
  const sameSchema = Buffer.compare(bytes.subarray(0, frameBytes), encoded.subarray(0, frameBytes)) === 0
  return !sameSchema || Buffer.compare(bytes, encoded) === 0
}
