import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The number, 10 to 99, that the requester sees and the approver types: who is asked out of the blue does not know it. It is derived, so
 * it stands nowhere, and every replica knows it.
 */
export function matchingNumber(key: Uint8Array, tenant: string, authorization: string): string {
  const mac = createHmac('sha256', key)
    .update(JSON.stringify(['watchword-number-v1', tenant, authorization]))
    .digest()
  return String(10 + (mac.readUInt32BE(0) % 90))
}

/** Compares in constant time. */
export function isNumber(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
