import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '@watchword/service-kit'
import { guardSettings } from './guard-settings.ts'
import { sessionGuardProcessSchema } from './process-config.ts'
import { configOf } from './start-session-guard.ts'

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

test('every setting of an operator reaches the service, and the secrets of a process do not', () => {
  const file = JSON.stringify({
    guard: {
      secrets: 'text',
      issuer: 'https://guard.example',
      tenantGuessesMax: 7,
      groupsFromProxy: true,
      reportKey: 'k'.repeat(43),
      appTokens: [],
    },
  })
  const { guard } = loadConfig(sessionGuardProcessSchema, { file, env: {}, readFile: assert.fail })
  const { secrets, ...settings } = guard
  assert.deepEqual(Object.keys(settings).toSorted(), Object.keys(guardSettings).toSorted())
  const config = configOf(guard)
  assert.partialDeepStrictEqual(config, settings)
  assert.ok(!Object.values(config).includes(secrets))
})
