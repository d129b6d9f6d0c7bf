import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createTestPlatform } from '../testing/test-platform.ts'

describe('administration', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())

  const call = (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ) =>
    platform.server.inject({
      method,
      url,
      headers: {
        authorization: platform.authorization,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    })
  const yaml = { 'content-type': 'application/yaml' }

  test('a policy put as YAML or JSON is in force at once, and its version counts up', async () => {
    assert.equal((await call('GET', '/v1/policy')).json().version, 0)
    const first = await call('PUT', '/v1/policy', 'profile: strict\n', yaml)
    assert.equal(first.statusCode, 200, first.body)
    assert.deepEqual([first.json().version, first.json().effectiveFrom], [1, '2026-11-22T10:00:00.000Z'])
    assert.equal((await call('PUT', '/v1/policy', { profile: 'balanced', blockedCountries: ['KP'] })).json().version, 2)
    const { policy, hash } = (await call('GET', '/v1/policy')).json()
    assert.deepEqual(
      [policy.profile, policy.blockedCountries, policy.verification.window],
      ['balanced', ['KP'], 'PT8H'],
    )
    await call('POST', '/v1/activities', { id: 'p-1', type: 'access', user: 'a' })
    const [record] = await platform.activities()
    assert.ok(record?.body.type === 'activity' && record.body.data.policy === hash)
  })

  test('a policy with faults is 422 with all pointers, one that cannot be read 400; neither changes anything', async () => {
    const before = (await call('GET', '/v1/policy')).json().version
    const invalid = await call('PUT', '/v1/policy', { profile: 'lax', rules: [{ when: 'x ==' }] })
    assert.equal(invalid.statusCode, 422)
    const pointers = invalid.json().errors.map((fault: { pointer: string }) => fault.pointer)
    assert.deepEqual(pointers.toSorted(), ['/profile', '/rules/0/then'])
    assert.equal((await call('PUT', '/v1/policy', '{"a": [', yaml)).statusCode, 400)
    assert.equal((await call('PUT', '/v1/policy', '<x/>', { 'content-type': 'text/xml' })).statusCode, 415)
    assert.equal((await call('GET', '/v1/policy')).json().version, before)
  })

  test('every route is in the OpenAPI document, with its schemas', async () => {
    await platform.server.ready()
    const { paths } = platform.server.swagger() as { paths: Record<string, Record<string, { requestBody?: object }>> }
    for (const [path, methods] of [
      ['/v1/activities', ['post']],
      ['/v1/compat/genauth/capture', ['post']],
      ['/v1/policy', ['get', 'put']],
      ['/v1/apps', ['get', 'post']],
      ['/v1/keys', ['get', 'post']],
      ['/v1/keys/{id}', ['delete']],
    ] as const) {
      assert.deepEqual(Object.keys(paths[path] ?? {}).toSorted(), [...methods], path)
    }
    assert.match(JSON.stringify(paths['/v1/activities']?.['post']?.requestBody), /x-ndjson/)
    assert.match(JSON.stringify(paths['/v1/policy']?.['put']?.requestBody), /trustedNetworks/)
  })

  test('an app is made once and changed after that; its origins are exact', async () => {
    const shop = { id: 'shop', origins: ['https://shop.example', 'http://localhost:3000'], rpId: 'shop.example' }
    assert.equal((await call('POST', '/v1/apps', shop)).statusCode, 201)
    assert.equal((await call('POST', '/v1/apps', { ...shop, name: 'Shop' })).statusCode, 200)
    assert.deepEqual(platform.access.appOf('demo', 'shop')?.name, 'Shop')
    const wrong = await call('POST', '/v1/apps', { id: 'shop', origins: ['https://shop.example/', '*', 'null'] })
    assert.deepEqual(
      wrong.json().errors.map((fault: { pointer: string }) => fault.pointer),
      ['/origins/0', '/origins/1', '/origins/2'],
    )
    assert.equal((await call('POST', '/v1/apps', { id: 'Not:An:Id', origins: [] })).json().errors[0].pointer, '/id')
  })

  test('the apps of the tenant are listed as they were made, and of no other tenant', async () => {
    await platform.access.putApp('elsewhere', { id: 'aaa' })
    const made = (await call('POST', '/v1/apps', { id: 'kiosk', origins: ['https://kiosk.example'] })).json()
    const seen: { id: string }[] = []
    let next: string | undefined
    do {
      const page = (await call('GET', `/v1/apps?limit=1${next === undefined ? '' : `&cursor=${next}`}`)).json()
      seen.push(...page.items)
      next = page.next
    } while (next !== undefined)
    assert.deepEqual(
      seen.find(({ id }) => id === 'kiosk'),
      made,
    )
    assert.deepEqual(
      seen.map(({ id }) => id).filter((id) => platform.access.appOf('demo', id) === undefined),
      [],
    )
    assert.equal((await call('GET', '/v1/apps', undefined, { authorization: 'Bearer ww_a_b' })).statusCode, 401)
  })

  test('a key is shown once, works within its scopes, and ends when it is revoked', async () => {
    const made = await call('POST', '/v1/keys', { app: 'bank', scopes: ['ingest'], name: 'edge' })
    assert.equal(made.statusCode, 201, made.body)
    const { id, key } = made.json()
    assert.match(key, new RegExp(`^ww_${id}_`))
    const use = () => call('POST', '/v1/activities', { type: 'access', user: 'a' }, { authorization: `Bearer ${key}` })
    assert.equal((await use()).statusCode, 202)
    assert.equal((await call('GET', '/v1/keys', undefined, { authorization: `Bearer ${key}` })).statusCode, 403)
    const secret = key.slice(`ww_${id}_`.length)
    assert.ok(!(await call('GET', '/v1/keys')).body.includes(secret))
    assert.ok(!platform.logged().includes(secret))
    assert.equal((await call('DELETE', `/v1/keys/${id}`)).statusCode, 204)
    assert.equal((await use()).statusCode, 401)
    assert.equal((await call('DELETE', '/v1/keys/unknown')).statusCode, 404)
    assert.equal((await call('POST', '/v1/keys', { app: 'none', scopes: ['ingest'] })).statusCode, 404)
    assert.equal(
      (await call('POST', '/v1/keys', { app: 'bank', scopes: ['root'] })).json().errors[0].pointer,
      '/scopes/0',
    )
  })

  test('the list of keys is paged: every key once, whatever the limit', async () => {
    for (let count = 0; count < 5; count++) await call('POST', '/v1/keys', { app: 'bank', scopes: ['check'] })
    const all = (await call('GET', '/v1/keys')).json().items.map((key: { id: string }) => key.id)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const answer = await call('GET', `/v1/keys?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      const { items, next } = answer.json<{ items: { id: string }[]; next?: string }>()
      seen.push(...items.map(({ id }) => id))
      cursor = next
    } while (cursor !== undefined)
    assert.deepEqual(seen, all)
    assert.equal((await call('GET', '/v1/keys?cursor=%21')).statusCode, 400)
    assert.equal((await call('GET', '/v1/keys?limit=0')).statusCode, 400)
  })

  test('a key of another tenant sees and ends nothing here', async () => {
    await platform.access.putApp('other', { id: 'app' })
    const { key } = await platform.access.createKey('other', { app: 'app', scopes: ['admin'] })
    const own = (await call('POST', '/v1/keys', { app: 'bank', scopes: ['check'] })).json()
    const other = { authorization: `Bearer ${key}` }
    assert.equal((await call('DELETE', `/v1/keys/${own.id}`, undefined, other)).statusCode, 404)
    assert.ok(!(await call('GET', '/v1/keys', undefined, other)).body.includes(own.id))
    assert.equal((await call('GET', '/v1/policy', undefined, other)).json().version, 0)
  })

  test('a change that the log refuses is 503 and does not hold', async () => {
    platform.log.failNextAppend()
    assert.equal((await call('POST', '/v1/apps', { id: 'late', origins: [] })).json().code, 'log-unavailable')
    assert.equal(platform.access.appOf('demo', 'late'), undefined)
    platform.log.failNextAppend()
    assert.equal((await call('PUT', '/v1/policy', { profile: 'strict' })).statusCode, 503)
  })
})
