import { startUp, type TestPlatform } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateSync } from 'otplib'
import { codeBlocks } from './code-blocks.ts'
import { type PageApp, runPageApp } from './page-app.ts'

const page = 'sdk/node/README.md'
const linesMax = 30
const laptop = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const elsewhere =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

type Answer = Readonly<{ status: number; challenge: string | null; body: Record<string, unknown> }>

describe('the app of the five minutes', () => {
  let platform: TestPlatform
  let app: PageApp
  const codeAt = (secret: string, steps = 0): string =>
    generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + steps * 30 })

  before(async () => {
    platform = await startUp()
    const [code = ''] = codeBlocks(page, 'after')
    const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/yaml' }
    const put = await fetch(`${platform.url}/v1/policy`, { method: 'PUT', headers, body: 'profile: strict' })
    assert.equal(put.status, 200)
    app = await runPageApp(code, { WATCHWORD_URL: platform.url, WATCHWORD_KEY: platform.key })
  })
  after(async () => {
    await app.stop()
    await platform.stop()
  })

  const by =
    (session: string, device: string, userAgent: string) =>
    async (path: string, sent?: object): Promise<Answer> => {
      const answer = await fetch(app.url + path, {
        method: sent === undefined ? 'GET' : 'POST',
        headers: {
          'x-session': session,
          'x-device': device,
          'user-agent': userAgent,
          'content-type': 'application/json',
        },
        ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      })
      const challenge = answer.headers.get('www-authenticate')
      const isJson = /json/.test(answer.headers.get('content-type') ?? '')
      const body = isJson ? ((await answer.json()) as Record<string, unknown>) : {}
      return { status: answer.status, challenge, body }
    }
  const signIn = async (user: string, device: string, userAgent: string): Promise<string> => {
    const { body } = await by('', device, userAgent)('/login', { user })
    return String(body['session'])
  }
  /** Asks until the answer is another one, as a person who goes on clicking. */
  const untilRefused = async (ask: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      const answer = await ask()
      if (answer.status !== 200) return answer
    }
  }

  test('is the one before with fewer than thirty lines changed', () => {
    const [before = '', changed = ''] = [codeBlocks(page, 'before')[0], codeBlocks(page, 'after')[0]]
    const left = before.split('\n')
    const added: string[] = []
    for (const line of changed.split('\n')) {
      if (line === left[0]) left.shift()
      else added.push(line)
    }
    assert.deepEqual(left, [], 'a line of the app before is gone')
    const counted = added.filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
    assert.ok(counted.length < linesMax, `${counted.length} lines`)
  })

  test('lets its person in, asks on a new device, takes the code and lets them go on', async () => {
    const first = by(await signIn('alice', 'd-1', laptop), 'd-1', laptop)
    assert.deepEqual((await first('/balance')).body, { balance: 1200 })
    const { factor, secret } = (await first('/factor', {})).body as { factor: string; secret: string }
    // The code of the step before: the present one is still unused when a lock asks.
    const confirmed = await first(`/factor/${factor}`, { code: codeAt(secret, -1) })
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))

    const second = by(await signIn('alice', 'd-2', laptop), 'd-2', laptop)
    const refused = await untilRefused(() => second('/balance'))
    assert.deepEqual([refused.status, refused.body['code']], [401, 'insufficient-user-authentication'])
    assert.match(
      refused.challenge ?? '',
      /^Bearer error="insufficient_user_authentication".* max_age="0", lock_id="[^"]+", challenge_uri="[^"]+"$/,
    )
    assert.equal((await first('/balance')).status, 200, 'another session of the same person is locked, too')
    const wrong = codeAt(secret) === '000000' ? '000001' : '000000'
    assert.equal((await second('/verify', { code: wrong })).status, 401)
    const verified = await second('/verify', { code: codeAt(secret) })
    assert.deepEqual([verified.status, verified.body['ended']], [200, false], JSON.stringify(verified.body))
    while ((await second('/balance')).status !== 200);
  })

  test('locks a session whose id somebody else uses, for both, and ends it by the code of the person', async () => {
    const session = await signIn('bob', 'd-3', laptop)
    const bob = by(session, 'd-3', laptop)
    const { factor, secret } = (await bob('/factor', {})).body as { factor: string; secret: string }
    assert.equal((await bob(`/factor/${factor}`, { code: codeAt(secret, -1) })).status, 200)
    const thief = by(session, 'd-3', elsewhere)
    assert.equal((await untilRefused(() => thief('/balance'))).status, 401)
    assert.equal((await bob('/balance')).status, 401)
    const verified = await bob('/verify', { code: codeAt(secret) })
    assert.deepEqual([verified.status, verified.body['ended']], [200, true], JSON.stringify(verified.body))
    assert.equal((await untilEnded(() => thief('/balance'))).body['code'], 'session-ended')
    const again = by(await signIn('bob', 'd-3', laptop), 'd-3', laptop)
    assert.equal((await again('/balance')).status, 200)
  })

  const untilEnded = async (ask: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      const answer = await ask()
      if (answer.body['code'] === 'session-ended') return answer
    }
  }
})
