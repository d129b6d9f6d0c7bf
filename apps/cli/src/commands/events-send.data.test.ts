import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

const shared = process.env['WATCHWORD_SHARED'] ?? ''
assert.notEqual(shared, '', 'WATCHWORD_SHARED must name the folder of the shared data')

describe('real recordings, sent to a platform', () => {
  let platform: TestPlatform
  before(async () => {
    platform = await startTestPlatform()
  })
  after(async () => platform.stop())

  async function send(file: string, format: string) {
    const input = join(shared, 'data', file)
    const { code, out, err } = await platform.run([
      'events',
      'send',
      '--input',
      input,
      '--format',
      format,
      '--as-now',
      '--json',
    ])
    const results = out.map((line) => JSON.parse(line) as { id: string; status: string })
    const ids = (status: string) => results.filter((result) => result.status === status).map(({ id }) => id)
    return { code, accepted: ids('accepted'), duplicate: ids('duplicate'), summary: err.at(-1) }
  }

  test('every row of the RBA data set is accepted, once', async () => {
    const { code, accepted, summary } = await send('rba-dataset-sample.csv', 'rba')
    assert.equal(summary, '19 accepted, 0 duplicate, 0 rejected, 0 unreadable')
    assert.deepEqual([code, new Set(accepted).size], [0, 19])
  })

  test('every event of Okta is accepted, and one whose uuid the same user had before is a duplicate', async () => {
    const text = readFileSync(join(shared, 'data/identity-events/raw-okta.ndjson'), 'utf8')
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { uuid?: string; actor: { alternateId: string } })
    // The collection has the same uuid for different events, and some without; those are told apart by the platform.
    const [named, nameless] = [events.filter(({ uuid }) => uuid), events.filter(({ uuid }) => !uuid)]
    const distinct = new Set(named.map(({ uuid, actor }) => `${uuid} ${actor.alternateId}`))
    assert.deepEqual([named.length, distinct.size, nameless.length], [23, 7, 8])
    const { code, accepted, duplicate } = await send('identity-events/raw-okta.ndjson', 'okta')
    assert.equal(code, 0)
    assert.equal(accepted.length, distinct.size + nameless.length)
    assert.equal(duplicate.length, named.length - distinct.size)
  })
})
