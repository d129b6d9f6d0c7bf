import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MfaRecord } from '@watchword/contracts'

/** A record of the lock stage's inbox before it is signed. */
export type UnsignedCommand = Omit<MfaRecord, 'mac'>

/** HMAC-SHA-256 over everything that the record says. */
export function signCommand(key: Uint8Array, command: UnsignedCommand): MfaRecord {
  return { ...command, mac: macOf(key, command) }
}

/** True when the record carries session-guard's MAC of exactly what it says, by one of its keys; compares in constant time. */
export function hasValidMac(keys: readonly Uint8Array[], record: MfaRecord): boolean {
  const { mac } = record
  if (mac === null) return false
  return keys.some((key) => {
    const expected = macOf(key, record)
    return mac.length === expected.length && timingSafeEqual(mac, expected)
  })
}

function macOf(key: Uint8Array, command: UnsignedCommand): Uint8Array {
  const { tenant, user, receivedAt, commandId, body } = command
  const text = JSON.stringify([
    'watchword-command-v1',
    tenant,
    user,
    receivedAt,
    commandId,
    body.type,
    canonical(body.data),
  ])
  return createHmac('sha256', key).update(text).digest()
}

/** Sorted members, and none that is null: a field that a later schema adds (default null) leaves the MACs of old records as they were. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(canonical)
  return Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, canonical(member)])
}
