import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { runCli } from '../cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'watchword-replay-'))
describe('a replay', () => {
  after(() => rmSync(folder, { recursive: true }))

  const home = {
    type: 'login',
    outcome: 'succeeded',
    user: 'alice',
    device: 'd-1',
    fingerprint: 'fp-1',
    ip: '203.0.113.7',
    network: { country: 'DE', asn: 3320 },
  }
  const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T10:00:00Z`

  type Assessment = Readonly<{ activity: string; level: string; decision: string; score: number }>

  async function replay(lines: readonly object[], ...args: readonly string[]) {
    const output = join(folder, `${Math.random()}.ndjson`)
    const said: string[] = []
    const terminal = {
      env: {},
      stdin: Readable.from([lines.map((line) => JSON.stringify(line)).join('\n')]),
      out: (line: string) => void said.push(line),
      err: (line: string) => void said.push(line),
      process,
    }
    const code = await runCli(['replay', '--input', '-', '--output', output, ...args], terminal)
    const text = code === 2 ? '' : readFileSync(output, 'utf8')
    const assessments = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Assessment)
    return { code, said, assessments, text }
  }

  describe('watchword replay', () => {
    test('writes one assessment for each activity, in the order of the file, a repetition too', async () => {
      const lines = [1, 2, 3].map((number) => ({ ...home, id: `a-${number}`, time: day(number) }))
      const { code, assessments } = await replay([...lines, { ...lines[2], time: day(3) }])
      assert.equal(code, 0)
      assert.deepEqual(
        assessments.map(({ activity }) => activity),
        ['a-1', 'a-2', 'a-3', 'a-3'],
      )
    })

    test('learns when succeeded logins are assumed to be verified, and not otherwise', async () => {
      const lines = [1, 2, 3, 4].map((number) => ({ ...home, time: day(number) }))
      const assumed = await replay(lines, '--assume-verified', 'succeeded')
      assert.equal(assumed.assessments.at(-1)?.level, 'LOW')
      const plain = await replay(lines)
      assert.equal(plain.assessments.at(-1)?.level, 'HIGH')
    })

    test('knows shared devices from the same input', async () => {
      const lines = [1, 2, 3].map((number) => ({ ...home, time: day(number) }))
      const other = { ...home, user: 'bob', time: day(4) }
      const { text } = await replay([...lines, other], '--assume-verified', 'succeeded')
      assert.match(text.trim().split('\n').at(-1) ?? '', /device\.shared/)
    })

    test('gives the same bytes for the same input, and others under another policy', async () => {
      const lines = [1, 2, 3].map((number) => ({ ...home, id: `a-${number}`, time: day(number) }))
      const travel = { ...home, id: 'a-4', ip: '198.51.100.1', network: { country: 'FR', asn: 3215 }, time: day(4) }
      const policy = join(folder, 'strict.yaml')
      writeFileSync(policy, 'profile: strict\n')
      const [first, again, strict] = [
        await replay([...lines, travel], '--assume-verified', 'succeeded'),
        await replay([...lines, travel], '--assume-verified', 'succeeded'),
        await replay([...lines, travel], '--assume-verified', 'succeeded', '--policy', policy),
      ]
      assert.equal(first.text, again.text)
      assert.equal(first.assessments.at(-1)?.level, 'LOW')
      assert.equal(strict.assessments.at(-1)?.level, 'MEDIUM')
    })

    test('names the line and the field of what it cannot judge, and exits 1; wrong usage exits 2', async () => {
      const { code, said } = await replay([{ ...home, time: 'noon' }])
      assert.equal(code, 1)
      assert.match(said.join('\n'), /activity 1: \/time/)
      assert.equal((await replay([], '--format', 'xml')).code, 2)
      assert.equal((await replay([], '--no-such-option')).code, 2)
    })
  })
})
