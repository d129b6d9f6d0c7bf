import { startUp, type TestPlatform } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { codeBlocks } from './code-blocks.ts'
import { type PageApp, runPageApp } from './page-app.ts'

const page = 'docs/how-to/move-from-genauth.md'

type Answer = Readonly<{ status: number; body: Record<string, unknown> }>

describe("an app by GenAuth's guide", () => {
  let platform: TestPlatform
  let app: PageApp
  const user = 'alice'

  before(async () => {
    platform = await startUp()
    const [code = ''] = codeBlocks(page, 'genauth-backend')
    app = await runPageApp(code, { WATCHWORD_URL: platform.url, WATCHWORD_KEY: platform.key })
  })
  after(async () => {
    await app.stop()
    await platform.stop()
  })

  const send = async (path: string, session?: string, sent?: object): Promise<Answer> => {
    const answer = await fetch(app.url + path, {
      method: sent === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...(session === undefined ? {} : { 'x-session': session }) },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    })
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, body: isJson ? ((await answer.json()) as Record<string, unknown>) : {} }
  }
  const operate = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
    const answer = await fetch(platform.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 200)
    return (await answer.json()) as Record<string, unknown>
  }

  test('reports by getUserUEBAFromRequest and capture, and refuses by checkUserStatus whoever is locked, and nobody else', async () => {
    const session = String((await send('/login', undefined, { user })).body['session'])
    const other = String((await send('/login', undefined, { user })).body['session'])
    assert.equal((await send('/orders')).status, 401)
    assert.deepEqual(await send('/orders', session), { status: 200, body: { orders: [] } })

    const { lock } = await operate(`/v1/users/${user}/lock`, { reason: 'a test', session })
    assert.equal((await send('/orders', session)).status, 401)
    assert.equal((await send('/orders', other)).status, 200)
    await operate(`/v1/users/${user}/unlock`, { reason: 'a test', lock: (lock as { id: string }).id })
    assert.equal((await send('/orders', session)).status, 200)
  })

  test('told the platform of each login, in its own names', async () => {
    const headers = { authorization: `Bearer ${platform.key}` }
    const logins = async (): Promise<readonly Record<string, unknown>[]> => {
      const answer = await fetch(`${platform.url}/v1/users/${user}/timeline?limit=200`, { headers })
      const { items } = (await answer.json()) as { items: readonly { type: string; data: Record<string, unknown> }[] }
      return items.filter(({ type }) => type === 'activity').map(({ data }) => data)
    }
    let found = await logins()
    while (found.length < 2) found = await logins()
    assert.match(JSON.stringify(found[0]), /"login"/)
    assert.match(JSON.stringify(found[0]), /127\.0\.0\.1/)
  })

  test('gives its page tickets of the person who asks, and takes no token that is none', async () => {
    const session = String((await send('/login', undefined, { user })).body['session'])
    const { body } = await send('/tickets', session, { purpose: 'subscribe' })
    assert.equal(typeof body['ticket'], 'string')
    assert.equal((await send('/token', session, { mfaToken: 'no token', lock: 'none' })).status, 500)
  })
})
