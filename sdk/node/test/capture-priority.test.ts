import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWatchword } from '../src/index.ts'
import { acceptAll, startProtocolServer } from './protocol-server.ts'

test('a batch says that it can wait when all of it was done where the platform has recorded the same session, and nothing else does', async (t) => {
  const server = await startProtocolServer({
    answer: (request) => {
      const answer = acceptAll(request)
      const [first] = (JSON.parse(request.body) as { id: string }[]).map(({ id }) => id)
      // Said again, or refused: nobody was recorded there.
      if (first !== 'again' && first !== 'refused') return answer
      const problem = { code: 'invalid' }
      const result = first === 'again' ? { status: 'duplicate' } : { status: 'rejected', problem }
      return { status: 202, body: { results: [{ id: first, ...result }] } }
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key: 'ww_test_secret', tunings: { contextMemoryMax: 3 } })
  const at = (over: object = {}) => ({
    type: 'access' as const,
    user: 'alice',
    session: 's-1',
    device: 'd-1',
    ip: '192.0.2.1',
    userAgent: 'Firefox',
    ...over,
  })
  const low = { type: 'view', sensitivity: 'low' }
  async function saysOf(...activities: readonly ReturnType<typeof at>[]): Promise<string | undefined> {
    await Promise.all(activities.map((activity) => client.capture(activity)))
    return server.requests.at(-1)?.headers['priority'] as string | undefined
  }

  assert.equal(await saysOf(at()), undefined, 'never recorded there')
  assert.equal(await saysOf(at()), 'u=7')
  assert.equal(await saysOf(at({ action: low }), at({ outcome: 'succeeded' }), at({ type: 'context' })), 'u=7')
  for (const must of [
    { type: 'login' },
    { type: 'credential-change' },
    { outcome: 'failed' },
    { outcome: 'attempted' },
    { action: { type: 'export', sensitivity: 'high' } },
    { action: { type: 'export' } },
    { signals: [] },
    { user: 'bob' },
    { session: 's-2' },
  ])
    assert.equal(await saysOf(at(), at(must)), undefined, JSON.stringify(must))
  for (const elsewhere of [
    { device: 'd-2' },
    { deviceOwner: 'carol' },
    { fingerprint: 'f-2' },
    { ip: '192.0.2.2' },
    { userAgent: 'curl' },
    { network: { type: 'vpn' } },
  ]) {
    assert.equal(await saysOf(at(elsewhere)), undefined, JSON.stringify(elsewhere))
    assert.equal(await saysOf(at(elsewhere)), 'u=7', JSON.stringify(elsewhere))
  }
  assert.equal(await saysOf(at()), undefined, 'forgotten beyond the bound')
  for (const id of ['again', 'refused']) await client.capture(at({ id, ip: '192.0.2.3' })).catch(() => undefined)
  assert.equal(await saysOf(at({ ip: '192.0.2.3' })), undefined)
  await client.close()
})
