import { timingSafeEqual } from 'node:crypto'
import { generateSync } from 'otplib'

const periodSeconds = 30

/**
 * The time step (RFC 6238) whose code this is: now, or one of `pastSteps` before; null when none. Every step is computed and compared in
 * constant time, so the time taken tells nothing.
 */
export function totpStepOf(secret: Uint8Array, code: string, nowMs: number, pastSteps: number): number | null {
  const current = Math.floor(nowMs / 1000 / periodSeconds)
  const given = Buffer.from(code.padEnd(6).slice(0, 6))
  let found: number | null = null
  for (let step = current - pastSteps; step <= current; step += 1) {
    const expected = Buffer.from(totpCode(secret, step))
    if (timingSafeEqual(given, expected) && code.length === 6) found = step
  }
  return found
}

/** The six digits of a time step: SHA-1, 30 s, as every authenticator app makes them. */
export function totpCode(secret: Uint8Array, step: number): string {
  return generateSync({ secret, epoch: step * periodSeconds, period: periodSeconds, algorithm: 'sha1', digits: 6 })
}
