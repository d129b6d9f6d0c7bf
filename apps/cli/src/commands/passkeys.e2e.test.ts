import { createSoftwareAuthenticator } from '@watchword/session-guard/testing'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>

const origin = 'https://bank.example'
// oxlint-disable-next-line unicorn/no-thenable -- `then` is the word of the public policy format
const rule = { name: 'exports', when: 'action.type == "export"', then: 'step-up', factors: ['webauthn'] }
const policy = { rules: [rule] }
let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function call(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const headers = { authorization: `Bearer ${platform.key}`, ...type, ...more }
  const answer = await fetch(`${platform.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

/** What an attempt to export is judged to be. */
async function exported(user: string): Promise<unknown> {
  const activity = {
    type: 'access',
    outcome: 'attempted',
    user,
    session: 's-1',
    device: 'd-1',
    action: { type: 'export' },
  }
  const { body } = await call('POST', '/v1/activities', activity, { prefer: 'wait=10' })
  const [result] = body['results'] as readonly { assessment: { decision: string } }[]
  return result?.assessment.decision
}

async function lockOf(user: string): Promise<Readonly<{ id: string; factors: readonly string[] }>> {
  for (;;) {
    const { body } = await call('GET', `/v1/users/${user}/status?session=s-1`)
    if (body['lock'] !== undefined) return body['lock'] as { id: string; factors: string[] }
  }
}

test('an action that the policy keeps for passkeys is opened by one, and by nothing else', async () => {
  assert.equal((await call('POST', '/v1/apps', { id: 'demo', origins: [origin], rpId: 'bank.example' })).status, 200)
  const { hash } = (await call('PUT', '/v1/policy', policy)).body
  await platform.untilTold(async () => (await call('GET', '/v1/policy')).body['hash'] === hash)

  const authenticator = createSoftwareAuthenticator({ origin, algorithm: 'EdDSA', backupEligible: true, counts: 0 })
  let begun: Answer | undefined
  await platform.untilTold(async () => {
    begun = await call('POST', '/v1/users/pia/factors/webauthn/options')
    return begun.status === 201
  })
  const credential = authenticator.create(begun?.body['options'])
  assert.equal((await call('POST', '/v1/users/pia/factors/webauthn', { credential, name: 'phone' })).status, 201)
  const codes = (await call('POST', '/v1/users/pia/factors/recovery-codes', {})).body['codes'] as string[]
  assert.equal(codes.length, 10)

  assert.equal(await exported('pia'), 'step-up')
  const lock = await lockOf('pia')
  assert.deepEqual(lock.factors, ['webauthn'])
  const path = `/v1/locks/${lock.id}/challenges`
  assert.equal((await call('POST', path, { factor: 'recovery-code' })).status, 422)
  const { challenge, options } = (await call('POST', path, { factor: 'webauthn' })).body
  const answering = `/v1/challenges/${String(challenge)}/responses`
  assert.equal((await call('POST', answering, { code: codes[0] })).status, 422)
  const answer = await call('POST', answering, { assertion: authenticator.get(options), context: { device: 'd-1' } })
  assert.deepEqual([answer.status, answer.body['session']], [200, { id: 's-1', ended: false }])
  await platform.untilTold(
    async () => (await call('GET', '/v1/users/pia/status?session=s-1')).body['mfaVerified'] === true,
  )
})
