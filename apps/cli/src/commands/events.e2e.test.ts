import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Result = Readonly<{ id: string; status: string }>
type Item = Readonly<{ time: string; type: string; id: string; data: unknown }>

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function timelineOf(user: string): Promise<readonly Item[]> {
  const { code, out, err } = await platform.run(['user', 'timeline', user, '--limit', '1000', '--json'])
  assert.equal(code, 0, err.join('\n'))
  return out.map((line) => JSON.parse(line) as Item)
}

/** The activity of a timeline with this id, as it was recorded. */
function recorded(items: readonly Item[], id: string): object {
  const item = items.find((each) => each.type === 'activity' && each.id === id)
  assert.ok(item, `${id} is not in the timeline`)
  return (item.data as { body: { data: object } }).body.data
}

const resultsOf = (lines: readonly string[]): readonly Result[] => lines.map((line) => JSON.parse(line) as Result)

const rba = [
  'index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,Is Account Takeover',
  '7,2020-02-03 12:43:30.772,4711,,10.0.65.171,NO,-,-,29695,"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",Firefox 140,Linux,desktop,True,False,False',
  '8,2020-02-03 13:43:30.772,4711,,10.0.65.171,NO,-,-,29695,Mozilla,Firefox,Linux,desktop,False,True,False',
  '9,never,4711,,10.0.65.171,NO,-,-,29695,Mozilla,Firefox,Linux,desktop,True,False,False',
].map((line) => `${line}\n`)

const okta = JSON.stringify({
  uuid: 'okta-1',
  published: '2024-05-02T18:46:21.121Z',
  eventType: 'user.session.start',
  actor: { alternateId: 'homer@example.com' },
  outcome: { result: 'SUCCESS' },
  client: { ipAddress: '198.51.100.7', geographicalContext: { country: 'United States', city: 'Springfield' } },
  authenticationContext: { externalSessionId: 's-okta' },
})

describe('watchword events send', () => {
  test('brings a recording of the RBA data set onto the platform, moved to the present, and says which line was none', async () => {
    const began = Date.now()
    const sent = await platform.run(['events', 'send', '--input', '-', '--format', 'rba', '--as-now', '--json'], rba)
    assert.equal(sent.code, 1)
    assert.deepEqual(sent.err, [
      'line 4: column "Login Timestamp" is not a time',
      '2 accepted, 0 duplicate, 0 rejected, 1 unreadable',
    ])
    assert.deepEqual(
      resultsOf(sent.out).map(({ id, status }) => `${id} ${status}`),
      ['rba-7 accepted', 'rba-8 accepted'],
    )

    const items = await timelineOf('4711')
    const last = recorded(items, 'rba-8') as { time: number }
    const first = recorded(items, 'rba-7') as { time: number }
    assert.partialDeepStrictEqual(first, {
      type: 'login',
      outcome: 'succeeded',
      network: { country: 'NO', asn: 29_695 },
    })
    assert.partialDeepStrictEqual(last, { outcome: 'failed' })
    assert.ok(last.time >= began && last.time <= Date.now(), 'the last activity happened now')
    assert.equal(last.time - first.time, 3_600_000)
    assert.equal(items.filter(({ type }) => type === 'assessment').length, 2)
  })

  test("brings events of Okta's system log onto the platform, from a file, and each but once", async () => {
    const file = join(platform.data, 'okta.ndjson')
    writeFileSync(file, `${okta}\n`)
    const args = ['events', 'send', '--input', file, '--format', 'okta']
    const first = await platform.run(args)
    assert.deepEqual([first.code, first.out], [0, []], first.err.join('\n'))
    assert.deepEqual(first.err, ['1 accepted, 0 duplicate, 0 rejected, 0 unreadable'])
    // Ingest says it where it knows; one process more may have to let it in before it does.
    await platform.untilTold(async () => {
      const { code, err } = await platform.run(args)
      assert.equal(code, 0)
      return err[0] === '0 accepted, 1 duplicate, 0 rejected, 0 unreadable'
    })

    const items = await timelineOf('homer@example.com')
    assert.equal(items.filter(({ type }) => type === 'assessment').length, 1)
    assert.partialDeepStrictEqual(recorded(items, 'okta-1'), {
      type: 'login',
      session: 's-okta',
      time: Date.parse('2024-05-02T18:46:21.121Z'),
      network: { country: 'US', city: 'Springfield' },
    })
  })

  test('names what the platform refuses, and ends with 1', async () => {
    const sent = await platform.run(['events', 'send', '--input', '-'], ['{"id":"r-1","type":"login","user":""}\n'])
    assert.equal(sent.code, 1)
    assert.match(sent.err[0] ?? '', /^r-1: \/.*user/)
    assert.equal(sent.err.at(-1), '0 accepted, 0 duplicate, 1 rejected, 0 unreadable')
  })

  test('says of one that no request could hold that it is too large, and sends the others', async () => {
    const large = JSON.stringify({ id: 'l-1', type: 'context', user: 'x'.repeat(1_100_000) })
    const lines = [`${large}\n`, '{"id":"l-2","type":"context","user":"homer"}\n']
    const sent = await platform.run(['events', 'send', '--input', '-'], lines)
    assert.deepEqual(sent.err, [
      'l-1: larger than a request may be',
      '1 accepted, 0 duplicate, 1 rejected, 0 unreadable',
    ])
  })

  test('sends as it reads: of an input without end no more than a little is on its way', async () => {
    const lines = 4_000
    const answered: string[] = []
    let farthest = 0
    function* input(): Generator<string> {
      for (let line = 0; line < lines; line++) {
        farthest = Math.max(farthest, line - answered.length)
        yield `{"id":"n-${line}","type":"context","user":"u-${line % 50}"}\n`
      }
    }
    const sent = await platform.run(['events', 'send', '--input', '-', '--batch', '100', '--json'], input(), answered)
    assert.deepEqual(sent.err, [`${lines} accepted, 0 duplicate, 0 rejected, 0 unreadable`])
    assert.equal(answered.length, lines)
    assert.ok(farthest < 2_000, `${farthest} lines were read and not yet answered`)
  })

  test('sends long activities in as many requests as they need', async () => {
    const reason = 'x'.repeat(240)
    const attributes = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`note${index}`, reason]))
    const lines = Array.from({ length: 300 }, (_, index) => {
      const activity = { id: `l-${index}`, type: 'context', user: `u-${index % 50}`, attributes }
      return `${JSON.stringify(activity)}\n`
    })
    const sent = await platform.run(['events', 'send', '--input', '-', '--batch', '1000'], lines)
    assert.deepEqual(sent.err, ['300 accepted, 0 duplicate, 0 rejected, 0 unreadable'])
  })

  test('ends with 2 for a format that there is not, and with 1 for a file that there is not', async () => {
    assert.equal((await platform.run(['events', 'send', '--input', '-', '--format', 'xml'])).code, 2)
    for (const format of ['activities', 'rba'])
      assert.equal((await platform.run(['events', 'send', '--input', '/nowhere', '--format', format])).code, 1)
  })
})
