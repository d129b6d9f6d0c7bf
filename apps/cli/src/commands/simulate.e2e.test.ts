import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { scenarios } from '../simulate/scenarios.ts'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

type Line = Readonly<{
  user: string
  locked?: boolean
  assessment?: Readonly<{ decision: string; level: string; reasonAdmin: string }>
}>

async function simulated(name: string): Promise<readonly Line[]> {
  const { code, out, err } = await platform.run(['simulate', name, '--json'])
  assert.equal(code, 0, err.join('\n'))
  return out.map((line) => JSON.parse(line) as Line)
}

/** What the auditor answers from follows the log. */
async function untilStored(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact()));
}

describe('watchword simulate', () => {
  const expected = {
    'impossible-travel': ['notify', 'travel.impossible'],
    'stolen-session': ['step-up', 'session.agent-changed'],
    'mfa-fatigue': ['step-up', 'device.unknown'],
    'password-spray': ['step-up', 'login.failures'],
    'mass-export': ['allow', ''],
    'phishing-proxy': ['step-up', 'phishing-proxy'],
  } as const
  for (const [name, [decision, signal]] of Object.entries(expected))
    test(`${name} is judged as the balanced policy says, every step of it`, async () => {
      const lines = await simulated(name)
      const judged = lines.slice(0, -1)
      assert.ok(judged.every(({ assessment }) => assessment !== undefined))
      assert.equal(judged.at(-1)?.assessment?.decision, decision)
      assert.ok(judged.at(-1)?.assessment?.reasonAdmin.includes(signal), judged.at(-1)?.assessment?.reasonAdmin)
    })

  test('every scenario is among them, one that there is not ends with 2, and people can read it', async () => {
    assert.deepEqual(Object.keys(scenarios).toSorted(), Object.keys(expected).toSorted())
    assert.equal((await platform.run(['simulate', 'nothing'])).code, 2)
    const { code, out } = await platform.run(['simulate', 'stolen-session', '--user', 'alice'])
    assert.equal(code, 0)
    assert.match(out.join('\n'), /copied cookie from Sydney \(alice\)\n {2}step-up \d+ HIGH/)
  })
})

describe('what operators ask', () => {
  test('how a user stands, and which sessions there are', async () => {
    const [first] = await simulated('stolen-session')
    const user = first?.user ?? ''
    await untilStored(async () => {
      const { code, out } = await platform.run(['user', 'risk', user, '--json'])
      assert.equal(code, 0)
      const risk = JSON.parse(out[0] ?? '{}') as { locked?: boolean; lastAssessment?: { decision: string } }
      return risk.locked === true && risk.lastAssessment?.decision === 'step-up'
    })
    assert.match((await platform.run(['user', 'risk', user])).out[0] ?? '', /locked \(session\) {2}HIGH/)
    assert.match((await platform.run(['user', 'risk', 'nobody'])).out[0] ?? '', /not locked {2}never judged/)
    await untilStored(async () => {
      const listed = await platform.run(['session', 'list', '--user', user, '--json'])
      const sessions = listed.out.map((line) => (JSON.parse(line) as { session: string }).session)
      return sessions.toSorted().join(' ') === 's-0 s-1 s-2 s-3'
    })
    assert.equal((await platform.run(['session', 'list', '--limit', '1'])).out.length, 1)
  })

  test('what a policy would change, against a file and against the one in force', async () => {
    const [one, two] = ['one', 'two'].map((name) => join(platform.data, `${name}.yaml`))
    writeFileSync(one ?? '', 'profile: balanced\nblockedCountries: [KP]\n')
    writeFileSync(two ?? '', 'profile: strict\nblockedCountries: [KP, IR]\n')
    const files = await platform.run(['policy', 'diff', one ?? '', two ?? ''])
    assert.deepEqual(
      [files.code, files.out],
      [0, ['+ /blockedCountries/1: "IR"', '~ /profile: "balanced" -> "strict"']],
    )
    const { out } = await platform.run(['policy', 'diff', two ?? '', '--json'])
    assert.ok(
      out.map((line) => JSON.parse(line) as object).some((each) => 'pointer' in each && each.pointer === '/profile'),
    )
    assert.equal((await platform.run(['policy', 'diff', '/nowhere'])).code, 1)
  })
})
