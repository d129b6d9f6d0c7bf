import { randomFillSync } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'

const bytesOfOne = 16
const pooled = 256

/** Makes UUIDv7s (RFC 9562); the randomness of 256 is fetched at once, since asking the kernel costs more than the rest. */
export function createIds(): () => string {
  const pool = Buffer.allocUnsafe(bytesOfOne * pooled)
  let next = pooled
  return () => {
    if (next === pooled) {
      randomFillSync(pool)
      next = 0
    }
    const from = bytesOfOne * next++
    return uuidv7({ random: pool.subarray(from, from + bytesOfOne) })
  }
}
