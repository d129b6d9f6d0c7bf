import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const shared = process.env['WATCHWORD_SHARED'] ?? ''
assert.notEqual(shared, '', 'WATCHWORD_SHARED must name the folder of the shared data')
const bin = new URL('../../bin/watchword.js', import.meta.url).pathname
const flags = ['--disable-warning=ExperimentalWarning', bin, 'replay', '--json']

async function replay(file: string, ...args: readonly string[]) {
  const { stdout, stderr } = await run(process.execPath, [...flags, '--input', resolve(shared, 'data', file), ...args])
  const assessments = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { assessments, counts: JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as Record<string, number> }
}

describe('real recordings', () => {
  test('every row of the RBA data set is judged, in order, with the country of its row', async () => {
    const { assessments, counts } = await replay('rba-dataset-sample.csv', '--format', 'rba')
    assert.deepEqual(counts, { assessed: 19, repeated: 0, rejected: 0, unreadable: 0 })
    assert.deepEqual(
      assessments.map((line) => line['activity']),
      Array.from({ length: 19 }, (_, index) => `rba-${index}`),
    )
    assert.match(JSON.stringify(assessments[0]), /"country":"NO"/)
  })

  test('every real event of Okta is judged, and a declined phishing attempt is HIGH', async () => {
    const events = readFileSync(join(shared, 'data/identity-events/raw-okta.ndjson'), 'utf8').trim().split('\n')
    // The collection reuses a few uuids for different events; a real log never does.
    const unique = events.map((event, index) => JSON.stringify({ ...JSON.parse(event), uuid: `event-${index}` }))
    const file = join(mkdtempSync(join(tmpdir(), 'watchword-okta-')), 'okta.ndjson')
    writeFileSync(file, unique.join('\n'))
    const { assessments, counts } = await replay(file, '--format', 'okta')
    assert.deepEqual(counts, { assessed: events.length, repeated: 0, rejected: 0, unreadable: 0 })
    const phished = assessments.filter((line) => JSON.stringify(line['signals']).includes('phishing-proxy'))
    assert.ok(phished.length > 0)
    for (const line of phished) assert.equal(line['level'], 'HIGH')
  })
})
