import { randomUUID } from 'node:crypto'
import { tokenContract } from '@watchword/token-attacks'
import { createMfaTokenVerifier, WatchwordError } from '../src/index.ts'

const now = 1_800_000_000
const expected = { user: 'alice', session: 's-1', locks: new Set(['l-1']) }

tokenContract('the verifier of mfaTokens', { kind: 'mfa', alg: 'EdDSA' }, async (_t, { key }) => {
  const config = { url: 'http://platform.test', app: 'https://bank.example', issuer: 'https://guard.example' }
  const deps = { now: () => now * 1_000, fetch: async () => Response.json({ keys: [key.jwk] }) }
  return {
    genuine: () => ({
      typ: 'mfa+jwt',
      claims: {
        iss: 'https://guard.example',
        aud: 'https://bank.example',
        sub: 'alice',
        sid: 's-1',
        jti: randomUUID(),
        iat: now,
        exp: now + 300,
        acr: 'urn:watchword:acr:mfa',
        amr: ['otp'],
        auth_time: now,
        lock_id: 'l-1',
        txn: 't-1',
      },
    }),
    now: () => now,
    tolerance: { exp: 0, nbf: 0, iat: 30 },
    takes: async (token) => {
      try {
        // A new one for each: none is to be refused only because another with its id was taken.
        await createMfaTokenVerifier(config, deps).verify(token, expected)
        return true
      } catch (error) {
        if (error instanceof WatchwordError && error.code === 'invalid-token') return false
        throw error
      }
    },
  }
})
