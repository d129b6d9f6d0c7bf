import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createTestPlatform } from '../testing/test-platform.ts'
import { activityMediaTypes } from './read-body.ts'

const fieldNames = [
  'id',
  'type',
  'outcome',
  'user',
  'session',
  'ip',
  'userAgent',
  'headers',
  'time',
  'action',
  'network',
  'signals',
  'signal',
  'attributes',
  'authentication',
  'data',
  'specversion',
  'source',
  'subject',
  '__proto__',
  'constructor',
  'extra',
]
const values = fc.oneof(
  { weight: 3, arbitrary: fc.anything({ maxDepth: 3, withNullPrototype: false }) },
  fc.constantFrom(
    'login',
    'succeeded',
    'alice',
    '1.0',
    '203.0.113.7',
    '::1',
    '2026-11-22T10:00:00Z',
    '\ud800',
    '\u0000',
    1e308,
  ),
  fc.record({ type: fc.string({ unit: 'binary' }), count: fc.double() }),
)
const item = fc
  .dictionary(fc.constantFrom(...fieldNames), values)
  .map((fields) => ({ type: 'login', outcome: 'failed', user: 'alice', ...fields }))
const json = (value: unknown): string =>
  JSON.stringify(value, (_key, found: unknown) => (typeof found === 'bigint' ? 1 : found)) ?? 'null'
const payload = fc.oneof(
  fc.string({ unit: 'binary' }),
  item.map(json),
  fc.array(item, { maxLength: 4 }).map(json),
  fc.array(item, { maxLength: 4 }).map((items) => items.map(json).join('\n')),
  item.map((data) => json({ specversion: '1.0', id: 'e', source: '/s', type: 't', subject: 'carol', data })),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
)

type Problem = { code: string; errors?: { pointer: string; detail: string }[] }

function checkProblem(problem: Problem): void {
  assert.match(problem.code, /^[a-z-]+$/)
  if (problem.code === 'invalid' || problem.code === 'secret-refused') {
    assert.ok((problem.errors?.length ?? 0) > 0)
    for (const { pointer, detail } of problem.errors ?? [])
      assert.ok((pointer === '' || pointer.startsWith('/')) && detail !== '')
  }
}

test('no body in any form gives a 5xx, and every refusal is a problem that names what is wrong', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())
  const urls = ['/v1/activities', '/v1/compat/genauth/capture'] as const
  await fc.assert(
    fc.asyncProperty(
      payload,
      fc.constantFrom(...activityMediaTypes),
      fc.constantFrom(...urls),
      async (body, type, url) => {
        const headers = { authorization: platform.authorization, 'content-type': type }
        const answer = await platform.server.inject({ method: 'POST', url, headers, payload: body })
        assert.ok(answer.statusCode < 500, `${answer.statusCode} ${answer.body}`)
        if (answer.statusCode >= 400) return checkProblem(answer.json())
        for (const result of answer.json().results) {
          if (result.status === 'rejected') checkProblem(result.problem)
          else assert.equal(typeof result.id, 'string')
        }
      },
    ),
    { numRuns: 600 },
  )
  for (const { body } of await platform.activities()) assert.equal(body.type, 'activity')
})

test('a body nested a quarter of a million deep is refused as too large, not a fault of ours', async () => {
  const platform = await createTestPlatform()
  after(() => platform.close())
  const payload = `[${'['.repeat(250_000)}${']'.repeat(250_000)}]`
  for (const type of ['application/json', 'application/cloudevents-batch+json']) {
    const headers = { authorization: platform.authorization, 'content-type': type }
    const answer = await platform.server.inject({ method: 'POST', url: '/v1/activities', headers, payload })
    assert.equal(answer.statusCode, 202)
    const [result] = answer.json().results
    assert.equal(result.status, 'rejected')
  }
})
