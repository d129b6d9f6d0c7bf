import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Lock } from '@watchword/frames'
import fc from 'fast-check'
import { createGuardedFetch } from '../src/guarded-fetch.ts'
import type { PromptEnding } from '../src/prompt-ending.ts'
import { parseStepUpDemand } from '../src/step-up-demand.ts'

const demand =
  'Bearer error="insufficient_user_authentication", lock_id="l-1", challenge_uri="/v1/locks/l-1/challenges"'

let server: Server
let origin: string
let isLocked = true
let refusal: readonly [status: number, headers: Record<string, string>, body: string]
let seen: string[] = []
let asked: Lock[] = []

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  seen.push(`${request.method} ${request.url} ${await textOf(request)}`)
  const [status, headers, body] = isLocked ? refusal : [200, {}, 'admitted']
  response.writeHead(status, headers).end(body)
}

describe('a guarded fetch', () => {
  before(async () => {
    server = createServer((request, response) => void answer(request, response)).listen(0)
    await once(server, 'listening')
    origin = `http://localhost:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())
  beforeEach(() => {
    isLocked = true
    refusal = [401, { 'www-authenticate': demand }, '']
    seen = []
    asked = []
  })

  const guarded = (ending: () => Promise<PromptEnding>, origins = [origin]): typeof fetch =>
    createGuardedFetch({
      challenge: {
        ask: (lock) => {
          asked.push(lock)
          return ending()
        },
      },
      origins,
    })
  const passes = async (): Promise<PromptEnding> => {
    isLocked = false
    return { status: 'passed' }
  }

  test('waits for the prompt and makes the request once more, body and all', async () => {
    const answer = await guarded(passes)(`${origin}/transfers`, { method: 'POST', body: 'a=1' })
    assert.equal(await answer.text(), 'admitted')
    assert.deepEqual(seen, ['POST /transfers a=1', 'POST /transfers a=1'])
    assert.equal(asked[0]?.id, 'l-1')
  })

  test('makes it once more and no oftener: what comes then is the answer', async () => {
    const answer = await guarded(async () => ({ status: 'passed' }))(`${origin}/`)
    assert.equal(answer.status, 401)
    assert.equal(seen.length, 2)
  })

  test('takes the lock out of the body where the guard has put it there', async () => {
    const lock = { id: 'l-2', version: 7, scope: 'user', factors: ['totp'] }
    const body = JSON.stringify({ code: 'insufficient-user-authentication', lock })
    refusal = [401, { 'content-type': 'application/problem+json' }, body]
    await guarded(passes)(`${origin}/`)
    assert.equal(asked[0]?.version, 7)
  })

  test('fails with a code of its own when the person does not want to answer, and sends nothing again', async () => {
    const refused = (ending: PromptEnding) => guarded(async () => ending)(`${origin}/`)
    await assert.rejects(refused({ status: 'cancelled' }), { code: 'cancelled' })
    await assert.rejects(refused({ status: 'failed', code: 'not-renewed' }), { code: 'not-renewed' })
    assert.equal(seen.length, 2)
  })

  test('does not repeat a body that was a stream', async () => {
    const body = new Blob(['once']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    await assert.rejects(guarded(passes)(`${origin}/`, init), { code: 'not-repeatable' })
    assert.equal(seen.length, 1)
  })

  test('lets a caller give up while the person is asked', async () => {
    const leave = new AbortController()
    const waited = guarded(() => new Promise(() => leave.abort(new Error('left'))))(`${origin}/`, {
      signal: leave.signal,
    })
    await assert.rejects(waited, { message: 'left' })
  })

  test('asks nobody for the 401 of somebody else, or for another reason', async () => {
    assert.equal((await guarded(passes, ['https://bank.example'])(`${origin}/`)).status, 401)
    refusal = [401, { 'www-authenticate': 'Bearer error="invalid_token"' }, '']
    assert.equal((await guarded(passes)(`${origin}/`)).status, 401)
    refusal = [401, { 'content-type': 'application/json' }, 'not json']
    assert.equal((await guarded(passes)(`${origin}/`)).status, 401)
    assert.equal(asked.length, 0)
  })

  test('reads the demand among other schemes, in any case, quoted or not, and nothing out of a quoted text', () => {
    const scheme = fc.constantFrom('Basic realm="a, b=c"', 'Negotiate', 'DPoP algs="ES256 PS256"', 'X error="other"')
    const value = fc.stringMatching(/^[\x20-\x7e]{0,20}$/)
    fc.assert(
      fc.property(fc.array(scheme), value, fc.array(scheme), (before, id, behind) => {
        const quoted = id.replace(/["\\]/g, '\\$&')
        const ours = `bearer ERROR = insufficient_user_authentication, Lock_Id="${quoted}"`
        const found = parseStepUpDemand([...before, ours, ...behind].join(', '))
        assert.deepEqual(found, { lockId: id, challengeUri: undefined })
      }),
    )
    assert.equal(parseStepUpDemand('Basic realm="error=insufficient_user_authentication"'), undefined)
    fc.assert(fc.property(fc.string(), (text) => void parseStepUpDemand(text)))
  })
})
