import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type AuthorizationRequest, createWatchword } from '../src/index.ts'
import { startAuthorizationPlatform } from './authorization-platform.ts'

const transfer: AuthorizationRequest = {
  user: 'alice',
  session: 's-91',
  action: { type: 'transfer', resource: '/accounts/1', parameters: { amount: 500, to: 'DE02' } },
  approver: 'supervisor',
  quorum: 2,
  ttl: 'PT5M',
}

const start = async (t: TestContext) => {
  const platform = await startAuthorizationPlatform()
  t.after(platform.close)
  const tunings = { approvalPollMinMs: 1, approvalPollMaxMs: 2 }
  const client = createWatchword({ url: platform.url, key: 'ww_test_secret', tunings })
  t.after(() => client.close())
  return { platform, client }
}

test('authorize asks as the interface says, waits for the approval and uses it once', async (t) => {
  const { platform, client } = await start(t)
  platform.approveAfterLooks = 3
  const shown: string[] = []
  const { id, parametersHash } = await client.authorize(transfer, {
    onPending: (pending) => shown.push(pending.id, pending.number ?? ''),
  })
  assert.deepEqual(platform.used, [id])
  assert.deepEqual(shown, [id, '42'])
  assert.ok(parametersHash)
  const [asked, ...looks] = platform.requests
  assert.deepEqual([asked?.method, asked?.url, JSON.parse(asked?.body ?? '')], ['POST', '/v1/authorizations', transfer])
  assert.equal(looks.length, 4)
  for (const { url, body } of looks) {
    assert.equal(url, `/v1/authorizations/${id}/consume`)
    assert.deepEqual(JSON.parse(body).parameters, transfer.action.parameters)
  }
  await assert.rejects(client.authorizations.consume(id, transfer.action), { code: 'already-consumed' })
})

test('what is used is what was asked for, though the object changed meanwhile', async (t) => {
  const { platform, client } = await start(t)
  platform.approveAfterLooks = 1
  const parameters = { amount: 500 }
  const authorized = client.authorize({ ...transfer, action: { ...transfer.action, parameters } })
  parameters.amount = 999_999
  await authorized
  assert.equal(platform.used.length, 1)
  for (const { body } of platform.requests) assert.doesNotMatch(body, /999999/)
})

test('a use whose answer was lost is asked for again by the same key, and is one use', async (t) => {
  const { platform, client } = await start(t)
  platform.approveAfterLooks = 0
  platform.loseAnswers = 2
  const { id } = await client.authorize(transfer)
  assert.deepEqual(platform.used, [id])
  const keys = platform.requests.slice(1).map(({ headers }) => headers['idempotency-key'])
  assert.deepEqual([keys.length, new Set(keys).size], [3, 1])
})

test('a use that was written too late to be answered is asked for again by the same key, and is one use', async (t) => {
  const { platform, client } = await start(t)
  platform.approveAfterLooks = 0
  platform.lateAnswers = 2
  const { id } = await client.authorize(transfer)
  assert.deepEqual(platform.used, [id])
  const keys = platform.requests.slice(1).map(({ headers }) => headers['idempotency-key'])
  assert.deepEqual([keys.length, new Set(keys).size], [3, 1])
})

test('a refusal ends the waiting with its code', async (t) => {
  for (const [status, code] of [
    ['denied', 'approval-denied'],
    ['expired', 'expired'],
    ['consumed', 'already-consumed'],
  ] as const) {
    const { platform, client } = await start(t)
    await assert.rejects(
      client.authorize(transfer, {
        onPending: ({ id }) => {
          const one = platform.kept.get(id)
          if (one !== undefined) one.status = status
        },
      }),
      { code },
    )
    assert.deepEqual(platform.used, [])
  }
})

test('an approval by its own call opens it, other parameters or another session do not', async (t) => {
  const { platform, client } = await start(t)
  const { authorizations } = client
  const { id } = await authorizations.request(transfer)
  const { parameters } = transfer.action
  await assert.rejects(authorizations.consume(id, { parameters }), { code: 'approval-pending' })
  await authorizations.approve(id, { user: 'bob', answer: 'approve' })
  await assert.rejects(authorizations.consume(id, { parameters: { ...parameters, amount: 501 } }), {
    code: 'parameters-changed',
  })
  await assert.rejects(authorizations.consume(id, { parameters, session: 's-other' }), { code: 'parameters-changed' })
  assert.deepEqual(platform.used, [])
  await authorizations.consume(id, { parameters, session: 's-91' })
  assert.deepEqual(platform.used, [id])
})

test('waiting ends by time and by signal, and nothing is used after it', async (t) => {
  const { platform, client } = await start(t)
  await assert.rejects(client.authorize(transfer, { waitMs: 20 }), { code: 'approval-pending' })
  const stop = new AbortController()
  await assert.rejects(client.authorize(transfer, { signal: stop.signal, onPending: () => stop.abort() }), {
    name: 'AbortError',
  })
  assert.deepEqual(platform.used, [])
})

test('an id that cannot be part of an address is refused before anything is sent', async (t) => {
  const { platform, client } = await start(t)
  await assert.rejects(client.authorizations.consume('..', transfer.action), { code: 'invalid-argument' })
  assert.equal(platform.requests.length, 0)
})
