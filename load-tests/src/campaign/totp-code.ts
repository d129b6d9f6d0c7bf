import { createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

const periodMs = 30_000
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The time step of RFC 6238 at a moment, 30 s each. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / periodMs)
}

/** Resolves when no other time step begins for the next `marginMs`, so that a code sent now is still of this step when it arrives. */
export async function withinStep(marginMs: number): Promise<void> {
  const left = periodMs - (Date.now() % periodMs)
  if (left < marginMs) await delay(left + 50)
}

/** The six digits of a time step for a base32 secret: SHA-1, as every authenticator app makes them. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', base32(secret)).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  return String((digest.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

function base32(text: string): Buffer {
  const bits = Array.from(text.replaceAll('=', '').toUpperCase(), (letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}
