import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { judge } from '../testing/judge.ts'
import { createTestPlatform } from '../testing/test-platform.ts'

describe('more than can be judged', async () => {
  const platform = await createTestPlatform('shedding: { judgementAgeMaxMs: 100 }')
  const { log } = platform
  after(() => platform.close())
  const seen = { type: 'access', outcome: 'succeeded', user: 'alice' }
  const elsewhere = { ...seen, ip: '203.0.113.9' }
  const lost = { ...seen, ip: '203.0.113.10' }

  const background = { priority: 'u=7' }
  const post = (payload: object | string, headers: Readonly<Record<string, string>> = {}, url = '/v1/activities') =>
    platform.server.inject({
      method: 'POST',
      url,
      headers: { authorization: platform.authorization, 'content-type': 'application/json', ...headers },
      payload,
    })

  /** The log has one partition with activities: they are all of one user. */
  async function activities(): Promise<readonly LogRecord[]> {
    const ends = await log.ends(topicOf('activity'))
    const read = await Promise.all(ends.map((end, partition) => log.read(topicOf('activity'), partition, 0, end + 1)))
    return read.flat()
  }

  async function judgeAt(index: number): Promise<void> {
    const record = (await activities()).at(index)
    assert.ok(record !== undefined)
    await judge(record, platform)
  }

  let judged = 0
  /** Posts until it is answered so, while one is judged after the other; what was judged a moment ago is heard a moment later. */
  async function until(status: number, ...posted: Partial<Parameters<typeof post>>) {
    const [payload = seen, headers, url] = posted
    for (;;) {
      const answer = await post(payload, headers, url)
      if (answer.statusCode === status) return answer
      const whenRead = typeof payload === 'string' ? 400 : 202
      assert.ok([whenRead, 503].includes(answer.statusCode), answer.body)
      await judgeAt(judged)
      judged = Math.min(judged + 1, 400)
    }
  }

  test('telemetry is told to come later, what is sensitive is taken, and all is taken again once it is judged', async () => {
    assert.equal((await post({ ...seen, id: 'once' })).statusCode, 202)
    await judgeAt(0)
    // Only said again, and so not judged: nobody was seen there.
    assert.equal((await post({ ...elsewhere, id: 'once' })).statusCode, 202)
    log.failNextAppend()
    assert.equal((await post(lost)).json().code, 'log-unavailable')
    assert.equal((await post(Array.from({ length: 600 }, () => seen))).statusCode, 202)

    const refused = await until(503)
    assert.equal(refused.json().code, 'overloaded')
    assert.ok(Number(refused.headers['retry-after']) > 0)
    const taken = (await activities()).length
    for (const sensitive of [
      { ...seen, type: 'login' },
      { ...seen, outcome: 'attempted' },
      { ...seen, action: { type: 'export', sensitivity: 'high' } },
      [seen, { ...seen, type: 'credential-change' }],
      elsewhere,
      lost,
    ])
      assert.equal((await post(sensitive)).statusCode, 202, JSON.stringify(sensitive))
    assert.equal((await post(seen, { prefer: 'wait=1' })).statusCode, 202)
    assert.equal((await activities()).length, taken + 8)

    // By its own word it can wait, whatever is in it, and nobody looks.
    for (const url of ['/v1/activities', '/v1/compat/genauth/capture']) {
      assert.equal((await until(503, '{', background, url)).json().code, 'overloaded')
      assert.equal((await post('{', { ...background, authorization: 'Bearer x' }, url)).statusCode, 401)
    }
    assert.equal((await post(elsewhere, { ...background, prefer: 'wait=1' })).statusCode, 202)
    assert.equal((await post(elsewhere, { priority: 'u=6' })).statusCode, 202)

    // Everything else that was answered so is a fault: `lost` was.
    const measured = await platform.metrics.metrics()
    assert.match(measured, /_count\{route="\/v1\/activities",method="POST",code="503",shed="true"\} [1-9]/)
    assert.match(
      measured,
      /_count\{route="\/v1\/compat\/genauth\/capture",method="POST",code="503",shed="true"\} [1-9]/,
    )
    assert.match(measured, /_count\{route="\/v1\/activities",method="POST",code="503"\} 1\n/)

    await judgeAt(-1)
    await until(202)
    await until(202, seen, background)
  })
})
