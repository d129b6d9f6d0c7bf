import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createTestPlatform, type TestPlatform } from '../testing/test-platform.ts'

const login = { type: 'login', outcome: 'succeeded', user: 'alice' }

function poster(platform: TestPlatform) {
  return (payload: unknown, headers: Record<string, string> = {}) =>
    platform.server.inject({
      method: 'POST',
      url: '/v1/activities',
      headers: { authorization: platform.authorization, 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })
}

async function recorded(platform: TestPlatform, id: string) {
  const found = (await platform.activities()).flatMap((record) =>
    record.body.type === 'activity' && record.body.data.id === id ? [{ ...record, activity: record.body.data }] : [],
  )
  assert.equal(found.length, 1, `one record of ${id}`)
  return found[0]
}

describe('POST /v1/activities', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())
  const post = poster(platform)

  test('is in the log before it is accepted, with what the app said and the facts of ingest', async () => {
    const answer = await post({ ...login, id: 'a-1', ip: '8.8.8.8', attributes: { branch: 'north', floor: 2 } })
    assert.equal(answer.statusCode, 202)
    assert.deepEqual(answer.json(), { results: [{ id: 'a-1', status: 'accepted' }] })
    const record = await recorded(platform, 'a-1')
    assert.equal(record?.user, 'alice')
    assert.equal(record.receivedAt, platform.clock.nowMs)
    assert.equal(record.activity.time, platform.clock.nowMs)
    assert.equal(record.activity.network?.prefix, '8.8.8.0/24')
    assert.equal(record.activity.network.country, 'US')
    assert.deepEqual({ ...record.activity.attributes }, { branch: 'north', floor: 2 })
    assert.equal(record.activity.policy, platform.policies.inForce('demo').hash)
    assert.match(record.activity.sources['geo'] ?? '', /^geo-whois-asn-country@\d{4}-/)
  })

  test('keeps whether the device is somebody else’s, and not whose', async () => {
    const cases = [
      ['o-1', { device: 'pc', deviceOwner: 'bob' }, true],
      ['o-2', { device: 'pc', deviceOwner: 'alice' }, false],
      ['o-3', { device: 'pc' }, false],
      ['o-4', { deviceOwner: 'bob' }, false],
      ['o-5', { device: 'pc', user: 'zo\u00EB', deviceOwner: 'zoe\u0308' }, false],
    ] as const
    for (const [id, named, isOther] of cases) {
      await post({ ...login, ...named, id })
      const record = await recorded(platform, id)
      assert.equal(record?.activity.deviceOwnedByOther, isOther, id)
      assert.ok(!JSON.stringify(record).includes('bob'))
    }
    const refused = await post({ ...login, device: 'pc', deviceOwner: 'b\nb' })
    assert.equal(refused.statusCode, 422, refused.body)
    assert.match(refused.body, /"pointer":"\/deviceOwner"/)
  })

  test('takes arrays, NDJSON and CloudEvents, and answers in their order', async () => {
    const event = (id: string) => ({ specversion: '1.0', id, source: '/app', type: 'x', subject: 'bob' })
    const data = { type: 'access' }
    for (const [type, payload] of [
      ['application/json', [login, { ...data, user: 'bob', id: 'n-0' }]],
      ['application/x-ndjson; charset=utf-8', `${JSON.stringify({ ...login, id: 'n-1' })}\n\n{"bad":\r\n`],
      ['application/cloudevents+json', { ...event('n-2'), time: '2026-11-22T09:59:00Z', data }],
      [
        'application/cloudevents-batch+json',
        [
          { ...event('n-3'), data },
          { ...event('n-4'), specversion: '2', data },
        ],
      ],
    ] as const) {
      const answer = await post(payload, { 'content-type': type })
      assert.equal(answer.statusCode, 202, `${type} ${answer.body}`)
    }
    const event2 = await recorded(platform, 'n-2')
    assert.deepEqual([event2?.user, event2?.activity.time], ['bob', Date.parse('2026-11-22T09:59:00Z')])
    const batch = (
      await post(
        [
          { ...event('n-5'), specversion: '2', data },
          { ...event('n-6'), data: { type: 'login' } },
          { ...event('n-7'), time: 'soon', data },
        ],
        {
          'content-type': 'application/cloudevents-batch+json',
        },
      )
    ).json()
    assert.deepEqual(
      batch.results.map((result: { problem: { errors: { pointer: string }[] } }) => result.problem.errors[0]?.pointer),
      ['/specversion', '/data/outcome', '/time'],
    )
  })

  test('refuses the bad items of a batch and takes the good ones', async () => {
    const answer = await post([{ ...login, id: 'b-1' }, { ...login, id: 'b-2', nme: 1 }, 7, { ...login, ip: '999' }])
    assert.equal(answer.statusCode, 202)
    const { results } = answer.json()
    assert.deepEqual(
      results.map((result: { status: string; problem?: { code: string; errors: { pointer: string }[] } }) => [
        result.status,
        result.problem?.code,
        result.problem?.errors[0]?.pointer,
      ]),
      [
        ['accepted', undefined, undefined],
        ['rejected', 'invalid', '/nme'],
        ['rejected', 'invalid', ''],
        ['rejected', 'invalid', '/ip'],
      ],
    )
    assert.equal(results[1].id, 'b-2')
    assert.equal((await post([{ user: 'x' }])).statusCode, 202)
  })

  test('a single activity answers its fault as its own status and names the field', async () => {
    for (const [payload, status, code, pointer] of [
      ['{"type":', 400, 'malformed', undefined],
      [{ ...login, user: undefined }, 422, 'invalid', '/user'],
      [{ ...login, outcome: undefined }, 422, 'invalid', '/outcome'],
      [{ ...login, user: 'é'.repeat(129) }, 422, 'invalid', '/user'],
      [{ ...login, user: 'a\u0000b' }, 422, 'invalid', '/user'],
      [{ ...login, user: '\ud800' }, 422, 'invalid', '/user'],
      [{ ...login, time: 'yesterday' }, 422, 'invalid', '/time'],
      [{ ...login, network: { country: 'Germany' } }, 422, 'invalid', '/network/country'],
      [{ ...login, type: 'signal' }, 422, 'invalid', '/signal'],
      [
        '{"type":"login","outcome":"failed","user":"a","attributes":{"__proto__":1}}',
        422,
        'invalid',
        '/attributes/__proto__',
      ],
      [{ ...login, attributes: { nested: {} } }, 422, 'invalid', '/attributes/nested'],
      [{ ...login, attributes: { 'two\nlines': {} } }, 422, 'invalid', '/attributes/two\nlines'],
      [{ ...login, attributes: { 'two\u2028lines': [] } }, 422, 'invalid', '/attributes/two\u2028lines'],
      [{ ...login, userAgent: 'x'.repeat(17_000) }, 413, 'payload-too-large', undefined],
    ] as const) {
      const answer = await post(payload)
      const body = answer.json()
      assert.deepEqual([answer.statusCode, body.code], [status, code], answer.body)
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
      if (pointer !== undefined) assert.ok(body.errors.some((fault: { pointer: string }) => fault.pointer === pointer))
    }
  })

  test('bounds a request: 1 MiB, 1 000 activities, 16 KiB each', async () => {
    assert.equal((await post(Array.from({ length: 1_001 }, () => login))).statusCode, 413)
    assert.equal((await post(`"${'x'.repeat(1_100_000)}"`)).statusCode, 413)
    const large = {
      ...login,
      attributes: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`a${n}`, 'x'.repeat(1_000)])),
    }
    const { results } = (await post([large, login])).json()
    assert.deepEqual([results[0].problem.code, results[1].status], ['payload-too-large', 'accepted'])
    assert.equal((await post('<x/>', { 'content-type': 'text/xml' })).statusCode, 415)
    assert.equal((await post('', {})).statusCode, 400)
  })

  test('refuses fields that say secret, and neither log nor topic ever holds their values or a cookie', async () => {
    const canary = 'canary-7391'
    for (const [payload, pointer] of [
      [{ ...login, password: canary }, '/password'],
      [{ ...login, attributes: { 'Session-Token': canary } }, '/attributes/Session-Token'],
      [{ ...login, action: { type: 'x', client_secret: canary } }, '/action/client_secret'],
    ] as const) {
      const answer = await post(payload)
      assert.equal(answer.statusCode, 422)
      assert.equal(answer.json().code, 'secret-refused')
      assert.equal(answer.json().errors[0].pointer, pointer)
      assert.ok(!answer.body.includes(canary))
    }
    const headers = {
      Cookie: canary,
      authorization: canary,
      'X-Api-Token': canary,
      'Accept-Language': 'de',
      'sec-ch-ua': ['a', 'b'],
    }
    assert.equal((await post({ ...login, id: 's-1', headers })).statusCode, 202)
    assert.deepEqual(
      { ...(await recorded(platform, 's-1'))?.activity.headers },
      { 'accept-language': 'de', 'sec-ch-ua': 'a, b' },
    )
    const stored = (await platform.records('activity')).map((value) => Buffer.from(value).toString('latin1')).join()
    assert.ok(!stored.includes(canary))
    assert.ok(!platform.logged().includes(canary))
  })

  test('marks times out of the window as late, and takes them', async () => {
    const at = (ms: number) => new Date(platform.clock.nowMs + ms).toISOString()
    for (const [ms, late] of [
      [-60_000, false],
      [119_000, false],
      [121_000, true],
      [-86_400_001, true],
    ] as const) {
      assert.equal((await post({ ...login, id: `t${ms}`, time: at(ms) })).statusCode, 202)
      assert.equal((await recorded(platform, `t${ms}`))?.activity.late, late, `${ms}`)
    }
  })

  test('answers 401 and 403 before it reads the body', async () => {
    assert.equal((await post('{', { authorization: '' })).json().code, 'missing-credentials')
    const { key } = await platform.access.createKey('demo', { app: 'bank', scopes: ['check'] })
    assert.equal((await post('{', { authorization: `Bearer ${key}` })).json().code, 'insufficient-scope')
  })
})

describe('idempotency of POST /v1/activities', async () => {
  test('an id counts once for tenant, app and user: in a batch, across requests, at the same time and after a restart', async (t) => {
    const platform = await createTestPlatform()
    t.after(() => platform.close())
    const post = poster(platform)
    const statuses = async (payload: unknown) =>
      (await post(payload)).json().results.map((result: { status: string }) => result.status)

    const one = { ...login, id: 'd-1' }
    assert.deepEqual(await statuses([one, one, { ...one, user: 'bob' }]), ['accepted', 'duplicate', 'accepted'])
    assert.deepEqual(await statuses([one]), ['duplicate'])
    const race = await Promise.all(Array.from({ length: 20 }, () => statuses([{ ...login, id: 'd-2' }])))
    assert.equal(race.flat().filter((status) => status === 'accepted').length, 1)

    const again = await createTestPlatform('geo: {}', platform.log)
    t.after(() => again.close())
    const afterwards = async () => (await poster(again)(one)).json().results[0].status
    assert.equal(await afterwards(), 'duplicate')
    again.clock.nowMs += 86_400_000 + 120_000
    assert.equal(await afterwards(), 'accepted')
  })

  test('when the log cannot take it: 503, Retry-After, and the same id is accepted later', async (t) => {
    const platform = await createTestPlatform()
    t.after(() => platform.close())
    const post = poster(platform)
    platform.log.failNextAppend()
    const first = await post({ ...login, id: 'f-1' })
    assert.equal(first.statusCode, 503)
    assert.equal(first.json().code, 'log-unavailable')
    assert.equal(first.headers['retry-after'], '1')
    assert.equal((await platform.activities()).length, 0)
    assert.deepEqual((await post({ ...login, id: 'f-1' })).json().results, [{ id: 'f-1', status: 'accepted' }])
  })
})
