import { createHmac, timingSafeEqual } from 'node:crypto'
import { formatRecoveryCode, readRecoveryCode, recoveryCodeBytes } from './recovery-code.ts'

/** Codes of one set; the fold has room for 31. */
export const recoveryCodesPerSet = 10

const keyBytes = 32
const hashBytes = 32

/**
 * A new set: the codes, to be shown once, and what is kept of them. Each is kept as its HMAC-SHA-256 under a key of the set, and both are
 * sealed: without the key of session-guard there is nothing to try codes on, and with it 80 bits of chance
 * (docs/decisions/0021-hashes-of-recovery-codes.md says why not a slow hash).
 */
export function newRecoverySet(
  randomBytes: (size: number) => Uint8Array,
): Readonly<{ codes: readonly string[]; kept: Uint8Array }> {
  const key = randomBytes(keyBytes)
  const codes = Array.from({ length: recoveryCodesPerSet }, () => formatRecoveryCode(randomBytes(recoveryCodeBytes)))
  return { codes, kept: Buffer.concat([key, ...codes.map((code) => hashOf(key, readRecoveryCode(code) ?? ''))]) }
}

/** Which code of a set was typed, counted from 0; null for none. All are compared, in constant time. */
export function indexOfCode(kept: Uint8Array, typed: string): number | null {
  const given = hashOf(kept.subarray(0, keyBytes), readRecoveryCode(typed) ?? '')
  let found: number | null = null
  for (let index = 0; (index + 1) * hashBytes + keyBytes <= kept.length; index += 1) {
    const start = keyBytes + index * hashBytes
    if (timingSafeEqual(kept.subarray(start, start + hashBytes), given)) found = index
  }
  return found
}

/** How many codes of a set are unused, by the bit set that the fold keeps of the used ones. */
export function recoveryCodesLeft(used: number | null): number {
  return Array.from({ length: recoveryCodesPerSet }, (_, index) => index).filter(
    (index) => Math.floor((used ?? 0) / 2 ** index) % 2 === 0,
  ).length
}

function hashOf(key: Uint8Array, code: string): Uint8Array {
  return createHmac('sha256', key).update(`watchword-recovery-code-v1\n${code}`).digest()
}
