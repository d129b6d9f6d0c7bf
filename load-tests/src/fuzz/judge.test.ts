import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FuzzCase } from './fuzz-case.ts'
import { faultsOf, type FuzzAnswer } from './judge.ts'

const secret = 'ww_id_secret'

function asked(over: Partial<FuzzCase> = {}): FuzzCase {
  const names = new Set(['reason', 'nested'])
  return { method: 'POST', path: '/', headers: {}, body: '{}', kind: 'test', pointer: undefined, names, ...over }
}

function answer(status: number, over: Partial<NonNullable<FuzzAnswer>> = {}, members: object = {}): FuzzAnswer {
  const problem = { type: '/problems/invalid', title: 'No', status, code: 'invalid', ...members }
  const body = status < 400 ? { fine: true } : problem
  const contentType = status < 400 ? 'application/json' : 'application/problem+json; charset=utf-8'
  return { status, contentType, requestId: 'r', retryAfter: undefined, text: JSON.stringify(body), ...over }
}

describe('the judge of the fuzzer', () => {
  it('finds nothing wrong with sound answers', () => {
    for (const status of [200, 202, 204, 400, 401, 404, 422])
      assert.deepEqual(faultsOf(asked(), answer(status), secret), [])
    assert.deepEqual(faultsOf(asked(), answer(503, { retryAfter: '1' }), secret), [])
    const errors = [{ pointer: '/nested/0/reason', detail: 'no' }]
    assert.deepEqual(faultsOf(asked({ pointer: '/nested' }), answer(422, {}, { errors }), secret), [])
  })

  it('finds silence, faults of the server, redirects, missing ids and the key', () => {
    assert.deepEqual(faultsOf(asked(), undefined, secret), ['hangs'])
    for (const status of [500, 501, 502, 504])
      assert.deepEqual(faultsOf(asked(), answer(status), secret), ['answers with a fault of the server'])
    assert.deepEqual(faultsOf(asked(), answer(503), secret), ['says 503 without retry-after'])
    assert.deepEqual(faultsOf(asked(), answer(302), secret), ['redirects'])
    assert.deepEqual(faultsOf(asked(), answer(200, { requestId: undefined }), secret), ['has no x-request-id'])
    assert.deepEqual(faultsOf(asked(), answer(200, { text: `"${secret}"` }), secret), ['tells the key'])
  })

  it('finds refusals that are no problem documents', () => {
    assert.deepEqual(faultsOf(asked(), answer(404, { contentType: 'text/html' }), secret), [
      'is no application/problem+json',
    ])
    assert.deepEqual(faultsOf(asked(), answer(404, { text: '{' }), secret), ['is no JSON'])
    for (const member of [{ title: undefined }, { status: 400 }, { code: undefined }, { type: 'about:blank' }])
      assert.deepEqual(faultsOf(asked(), answer(404, {}, member), secret), ['lacks type, title, status or code'])
  })

  it('finds refusals of a field that name none, or one that nobody knows', () => {
    const changed = asked({ pointer: '/reason' })
    assert.deepEqual(faultsOf(changed, answer(422), secret), ['names no field'])
    const errors = [{ pointer: '/elsewhere', detail: 'no' }]
    assert.deepEqual(faultsOf(changed, answer(422, {}, { errors }), secret), ['names a field that nobody knows'])
  })
})
