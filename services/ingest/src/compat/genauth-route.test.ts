import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createTestPlatform } from '../testing/test-platform.ts'

describe('POST /v1/compat/genauth/capture', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())
  const post = (payload: unknown) =>
    platform.server.inject({
      method: 'POST',
      url: '/v1/compat/genauth/capture',
      headers: { authorization: platform.authorization, 'content-type': 'application/json' },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })

  test('maps the fields of the UEBA object', async () => {
    const answer = await post({
      data: {
        id: 'g-1',
        appId: 'web',
        requestDate: '2026-11-22 09:59:30',
        ip: '8.8.8.8',
        city: 'Berlin',
        province: 'BE',
        country: 'de',
        ua: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
        originalIdentity: 'alice',
        behaviorType: 'LOGIN',
        behaviorResult: 'success',
        loginType: 'password',
        someKey: 7,
      },
      modelId: 'm',
    })
    assert.equal(answer.statusCode, 202, answer.body)
    const [record] = await platform.activities()
    assert.ok(record?.body.type === 'activity')
    const { data } = record.body
    assert.deepEqual(
      [record.user, data.type, data.outcome, data.time, data.ip],
      ['alice', 'login', 'succeeded', Date.parse('2026-11-22T09:59:30Z'), '8.8.8.8'],
    )
    assert.deepEqual([data.network?.country, data.network?.region, data.network?.city], ['DE', 'BE', 'Berlin'])
    assert.deepEqual([data.agent?.browser, data.agent?.os], ['Chrome', 'Windows'])
    assert.deepEqual(data.methods, ['pwd'])
    assert.deepEqual({ ...data.attributes }, { appId: 'web', loginType: 'password', someKey: 7 })
  })

  test('a login without a result is attempted, so that nothing is learned from it; other behaviour is an access', async () => {
    await post([
      { id: 'g-2', originalIdentity: 'bob', behaviorType: 'login' },
      { id: 'g-3', originalIdentity: 'bob', behaviorType: 'query', actionType: 'export', resourcesType: 'orders' },
    ])
    const found = (await platform.activities()).flatMap(({ user, body }) =>
      user === 'bob' && body.type === 'activity'
        ? [[body.data.id, body.data.type, body.data.outcome, body.data.action?.type, body.data.action?.resource]]
        : [],
    )
    assert.deepEqual(found, [
      ['g-2', 'login', 'attempted', undefined, undefined],
      ['g-3', 'access', 'succeeded', 'export', 'orders'],
    ])
  })

  test('faults point at the fields as they were sent', async () => {
    for (const [payload, code, pointer] of [
      [{ ip: '1.1.1.1' }, 'invalid', '/originalIdentity'],
      [{ originalIdentity: '' }, 'invalid', '/originalIdentity'],
      [{ originalIdentity: null }, 'invalid', '/originalIdentity'],
      [{ originalIdentity: 'a', requestDate: 'soon' }, 'invalid', '/requestDate'],
      [{ originalIdentity: 'a', ip: 'x' }, 'invalid', '/ip'],
      [{ originalIdentity: 'a', nested: { a: 1 } }, 'invalid', '/nested'],
      [{ originalIdentity: 'a', accessToken: 'x' }, 'secret-refused', '/accessToken'],
      [{ data: 'text' }, 'invalid', ''],
      [{ originalIdentity: 'alice', resourcesType: 'x'.repeat(1_025) }, 'invalid', '/resourcesType'],
      [{ originalIdentity: 'alice', actionType: 'x'.repeat(129) }, 'invalid', '/actionType'],
      [{ originalIdentity: 'alice', behaviorType: 'x'.repeat(129) }, 'invalid', '/behaviorType'],
      [{ originalIdentity: 'alice', province: 'x'.repeat(129) }, 'invalid', '/province'],
      [{ originalIdentity: 'alice', city: 'x'.repeat(129) }, 'invalid', '/city'],
      [{ originalIdentity: 'alice', 'two\nlines': [] }, 'invalid', '/two\nlines'],
    ] as const) {
      const answer = await post(payload)
      assert.equal(answer.statusCode, 422, answer.body)
      assert.deepEqual([answer.json().code, answer.json().errors[0].pointer], [code, pointer])
    }
  })

  test('refuses an object that nests deeper than it can be written, and takes the others', async () => {
    const deep = `{"originalIdentity":"alice","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const alone = await post(deep)
    assert.deepEqual([alone.statusCode, alone.json().errors], [422, [{ pointer: '', detail: 'is nested too deep' }]])
    const { results } = (await post(`[${deep},{"originalIdentity":"alice"}]`)).json()
    assert.deepEqual([results[0].problem.code, results[1].status], ['invalid', 'accepted'])
  })
})
