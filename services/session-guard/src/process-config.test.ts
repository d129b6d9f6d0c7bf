import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '@watchword/service-kit'
import { sessionGuardProcessSchema } from './process-config.ts'

test('a process of its own believes the tokens of the same apps as one with all services', () => {
  const file = `
guard:
  secrets: text
  appTokens:
    - { tenant: demo, app: shop, issuer: i, audience: a, jwks: 'https://login.shop.example/jwks.json' }
`
  const { guard } = loadConfig(sessionGuardProcessSchema, { file, env: {}, readFile: assert.fail })
  assert.partialDeepStrictEqual(guard.appTokens, [{ app: 'shop', userClaim: 'sub' }])
})
