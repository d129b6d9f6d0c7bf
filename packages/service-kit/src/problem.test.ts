import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from '@watchword/event-log'
import { problemCatalogue, problemCodes, problem, problemBody, problemOfError } from './index.ts'

test('whatever asks for a second factor says which one and how fresh (RFC 9470)', () => {
  const challenges = problemCodes.map((code) => problem(code).headers['www-authenticate'] ?? '')
  const asking = challenges.filter((challenge) => challenge.includes('insufficient_user_authentication'))
  assert.equal(asking.length, 2)
  for (const challenge of asking) assert.match(challenge, / acr_values="[^" ]+", max_age="0"$/)
})

test('every code is kebab-case, has an error status and a title, and every 401 has a challenge, every 429 and 503 a Retry-After', () => {
  for (const code of problemCodes) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/)
    const { status, title } = problemCatalogue[code]
    assert.ok(status >= 400 && status < 600 && title.length > 0)
    const { headers } = problem(code)
    if (status === 401) assert.ok(headers['www-authenticate'], code)
    if (status === 429 || status === 503) assert.ok(headers['retry-after'], code)
  }
})

test('whatever is thrown becomes a problem of the catalogue, and its message is never public', () => {
  for (const thrown of [
    undefined,
    null,
    'hunter2',
    { statusCode: 404 },
    new Error('hunter2'),
    Object.assign(new Error('hunter2'), { statusCode: 418 }),
    Object.assign(new Error('hunter2'), { statusCode: 503, code: 7 }),
  ]) {
    assert.doesNotMatch(JSON.stringify(problemBody(problemOfError(thrown))), /hunter2/)
  }
  assert.deepEqual(
    [problemOfError(null).status, problemOfError(Object.assign(new Error(), { statusCode: 418 })).status],
    [500, 400],
  )
})

test('a log that cannot take or read is log-unavailable; a record that no log would take is a fault of ours', () => {
  const codeOf = (code: LogError['code']) => problemOfError(new LogError(code, 'hunter2')).code
  for (const code of ['log-unavailable', 'log-access-refused', 'log-closed', 'log-corrupt'] as const)
    assert.equal(codeOf(code), 'log-unavailable')
  assert.deepEqual([codeOf('record-invalid'), codeOf('unknown-topic')], ['internal', 'internal'])
})
