import { createHmac } from 'node:crypto'

const stepMs = 30_000

const fromBase32 = (text: string): Buffer => {
  const bits = Array.from(text.replace(/[\s=]/g, '').toUpperCase())
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** The time step of a moment (RFC 6238: 30 s). */
export const timeStepAt = (ms: number): number => Math.floor(ms / stepMs)

/** The code of a base32 secret in a time step (RFC 6238 with SHA-1 and six digits). */
export const totpOf = (secret: string, timeStep: number): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(timeStep))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

/** A person with an authenticator app: never the same code twice. */
export type Authenticator = {
  /** The next code that was not used yet; waits for its time step if need be. */
  readonly next: () => Promise<string>
  /** A code that is certainly wrong now. */
  readonly wrong: () => string
}

export const createAuthenticator = (secret: string): Authenticator => {
  // The first code may be that of the step before: platforms accept one step of lateness.
  let used = timeStepAt(Date.now()) - 2
  return {
    next: async () => {
      const step = used + 1
      const opensInMs = step * stepMs - Date.now()
      if (opensInMs > 0) await new Promise((resolve) => setTimeout(resolve, opensInMs + 50))
      used = Math.max(step, timeStepAt(Date.now()) - 1)
      return totpOf(secret, used)
    },
    wrong: () => {
      const step = timeStepAt(Date.now())
      const valid = [-1, 0, 1].map((offset) => totpOf(secret, step + offset))
      return ['000000', '111111', '222222', '333333'].find((code) => !valid.includes(code)) ?? '444444'
    },
  }
}
