import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { totpCode, totpStep } from './totp-code.ts'

// RFC 6238, appendix B: the SHA-1 vectors, of which these are the last six digits.
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('the codes that the campaigns answer with', () => {
  it('are those of RFC 6238', () => {
    const vectors: readonly (readonly [number, string])[] = [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_234_567_890, '005924'],
      [20_000_000_000, '353130'],
    ]
    for (const [seconds, code] of vectors) assert.equal(totpCode(secret, totpStep(seconds * 1_000)), code)
  })
})
