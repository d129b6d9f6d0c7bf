import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { generateSync } from 'otplib'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Answer = Readonly<{ status: number; body: Record<string, unknown> }>

const parameters = { to: 'DE02 1203', amount: '25000.00' }
const action = { type: 'transfer', resource: '/accounts/1' }

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function call(path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${platform.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

/** Enrols with the code of the step before; answers the one of now. */
async function enrolled(user: string): Promise<() => string> {
  const { body } = await call(`/v1/users/${user}/factors/totp`, {})
  const codeAt = (ms: number): string => generateSync({ secret: String(body['secret']), epoch: Math.floor(ms / 1000) })
  const path = `/v1/users/${user}/factors/totp/${String(body['factor'])}/confirm`
  const confirm = (): Promise<Answer> => call(path, { code: codeAt(Date.now() - 30_000) })
  const first = await confirm()
  // The next step began while it was on its way.
  const confirmed = first.status === 401 ? await confirm() : first
  assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))
  return () => codeAt(Date.now())
}

test('an action is let through once after another person approved it, whichever process answers, and the audit names both', async () => {
  const code = await enrolled('grace')
  const wanted = { user: 'erin', session: 's-1', action: { ...action, parameters }, approver: 'supervisor' }
  const asked = await call('/v1/authorizations', { ...wanted, approvers: ['grace'] })
  assert.equal(asked.status, 201, JSON.stringify(asked.body))
  const { id, number } = asked.body as { id: string; number: string }
  const grace = { user: 'grace', session: 's-2' }
  const challenged = await call(`/v1/authorizations/${id}/approvals`, grace)
  assert.equal(challenged.status, 201, JSON.stringify(challenged.body))
  const { challenge } = challenged.body
  const approved = await call(`/v1/authorizations/${id}/approvals`, { ...grace, challenge, number, code: code() })
  assert.deepEqual(approved.body, { id, status: 'approved', approvals: 1, quorum: 1 })

  const uses = await Promise.all(
    Array.from({ length: 20 }, () => call(`/v1/authorizations/${id}/consume`, { parameters, session: 's-1', action })),
  )
  assert.equal(uses.filter(({ status }) => status === 200).length, 1)
  assert.ok(uses.every(({ status, body }) => status === 200 || body['code'] === 'already-consumed'))

  for (const [user, other, types] of [
    [
      'erin',
      'grace',
      ['session.authorization-requested', 'session.authorization-approved', 'session.authorization-consumed'],
    ],
    ['grace', 'erin', ['session.approval-requested', 'session.approval-answered']],
  ] as const)
    await platform.untilTold(async () => {
      const { items } = (await call(`/v1/users/${user}/timeline?limit=200`)).body as { items: readonly Item[] }
      return types.every((type) =>
        items.some((item) => item.type === type && item.id === id && JSON.stringify(item.data).includes(`"${other}"`)),
      )
    })
})

type Item = Readonly<{ type: string; id: string; data: unknown }>
