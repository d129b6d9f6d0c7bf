import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FuzzAnswer } from './fuzz-case.ts'
import { type Asked, faultsOf } from './judge.ts'

const secret = 'ww_id_secret'

function asked(over: Partial<Asked> = {}): Asked {
  return { method: 'POST', path: '/', kind: 'test', changed: undefined, secrets: [secret], ...over }
}

function answer(status: number, over: Partial<NonNullable<FuzzAnswer>> = {}, members: object = {}): FuzzAnswer {
  const problem = { type: '/problems/invalid', title: 'No', status, code: 'invalid', ...members }
  const body = status < 400 ? { fine: true } : problem
  const contentType = status < 400 ? 'application/json' : 'application/problem+json; charset=utf-8'
  const head = { contentType, requestId: 'r', retryAfter: undefined, capability: undefined }
  return { status, ...head, text: JSON.stringify(body), ...over }
}

const naming = (...pointers: readonly string[]) => ({ errors: pointers.map((pointer) => ({ pointer, detail: 'no' })) })

describe('the judge of the fuzzer', () => {
  it('finds nothing wrong with sound answers', () => {
    for (const status of [200, 202, 204, 400, 401, 404, 422]) assert.deepEqual(faultsOf(asked(), answer(status)), [])
    assert.deepEqual(faultsOf(asked(), answer(503, { retryAfter: '1' })), [])
  })

  it('finds silence, faults of the server, redirects, missing ids and secrets', () => {
    assert.deepEqual(faultsOf(asked(), undefined), ['hangs'])
    for (const status of [500, 501, 502, 504])
      assert.deepEqual(faultsOf(asked(), answer(status)), ['answers with a fault of the server'])
    assert.deepEqual(faultsOf(asked(), answer(503)), ['says 503 without retry-after'])
    assert.deepEqual(faultsOf(asked(), answer(302)), ['redirects'])
    assert.deepEqual(faultsOf(asked(), answer(200, { requestId: undefined })), ['has no x-request-id'])
    assert.deepEqual(faultsOf(asked(), answer(404, {}, { detail: secret })), ['tells a secret in a refusal'])
  })

  it('finds refusals that are no problem documents', () => {
    assert.deepEqual(faultsOf(asked(), answer(404, { contentType: 'text/html' })), ['is no application/problem+json'])
    assert.deepEqual(faultsOf(asked(), answer(404, { text: '{' })), ['is no JSON'])
    for (const member of [{ title: undefined }, { status: 400 }, { code: undefined }, { type: 'about:blank' }])
      assert.deepEqual(faultsOf(asked(), answer(404, {}, member)), ['lacks type, title, status or code'])
  })

  it('takes what was changed, what holds it, what is in it and what depends on it for its fault', () => {
    const judge = (place: string, ...pointers: readonly string[]) =>
      faultsOf(asked({ changed: [place] }), answer(422, {}, naming(...pointers)))
    assert.deepEqual(judge('/nested/0/reason', '/nested/0/reason'), [])
    assert.deepEqual(judge('/nested/0/reason', '/nested'), [])
    assert.deepEqual(judge('/nested', '/nested/0/reason'), [])
    assert.deepEqual(judge('/reason', '', '/reason'), [])
    assert.deepEqual(judge('/2/type', '/2/outcome'), [])
    assert.deepEqual(judge('/type', '/outcome', '/signal'), [])
    const tooDeep = { errors: [{ pointer: '', detail: 'is nested too deep' }] }
    assert.deepEqual(faultsOf(asked({ changed: ['/reason'] }), answer(400, {}, tooDeep)), [])
  })

  it('finds refusals that name nothing, or what was not changed', () => {
    const judge = (place: string, ...pointers: readonly string[]) =>
      faultsOf(asked({ changed: [place] }), answer(422, {}, naming(...pointers)))
    assert.deepEqual(judge('/reason'), ['names no field'])
    assert.deepEqual(judge('/reason', ''), ['names no field that was changed'])
    assert.deepEqual(judge('/reason', '/reasons'), ['names no field that was changed'])
    assert.deepEqual(judge('/2/type', '/1/outcome'), ['names no field that was changed'])
    assert.deepEqual(judge('/reason', '/reason', '/elsewhere'), ['names a field that was not changed'])
  })

  it('finds a sound request that is refused, alone or in a batch', () => {
    const refused = ['refuses a sound request as malformed or invalid']
    assert.deepEqual(faultsOf(asked({ changed: [] }), answer(422, {}, naming('/reason'))), refused)
    assert.deepEqual(faultsOf(asked({ changed: [] }), answer(409)), [])
    const results = [{ status: 'accepted' }, { status: 'rejected', problem: naming('/user') }]
    const batch = answer(202, { text: JSON.stringify({ results }) })
    assert.deepEqual(faultsOf(asked({ changed: [] }), batch), refused)
    assert.deepEqual(faultsOf(asked({ changed: ['/1/user'] }), batch), [])
    assert.deepEqual(faultsOf(asked({ changed: ['/0/user'] }), batch), ['names no field that was changed'])
  })
})
