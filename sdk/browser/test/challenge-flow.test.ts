import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createChallengeClient, methods } from '../src/challenge-client.ts'
import { type ChallengeFlow, createChallengeFlow } from '../src/challenge-flow.ts'
import type { FlowState } from '../src/flow-state.ts'
import type { RequestAssertion } from '../src/passkey.ts'
import type { Lock } from '@watchword/frames'

type Answer = readonly [status: number, body: object, headers?: Record<string, string>]
type Asked = { readonly url: string; readonly credential: string; readonly key: string }

let server: Server
let baseUrl: string
let answers: Answer[] = []
let asked: Asked[] = []
let clock = 0
let tickets = 0

const lock: Lock = {
  id: 'l-1',
  version: 1,
  scope: 'session',
  level: 'HIGH',
  reasonUser: {},
  factors: ['totp'],
  by: 'risk',
  since: '',
  challengeUri: '/v1/locks/l-1/challenges',
}
const challenge = (id: string): Answer => [200, { challenge: id, expiresAt: new Date(clock + 300_000).toISOString() }]
const passed: Answer = [200, { mfaToken: 't', verifiedUntil: '', session: { id: 's-1', ended: false } }]

describe('the flow of a challenge', () => {
  before(async () => {
    server = createServer((request, response) => {
      const { authorization, 'x-watchword-capability': capability, 'idempotency-key': key } = request.headers
      asked.push({ url: request.url ?? '', credential: String(capability ?? authorization), key: String(key) })
      const [status, body, headers] = answers.shift() ?? [500, {}]
      const bought = capability === undefined ? { 'x-watchword-capability': `wwc_${tickets}` } : {}
      response
        .writeHead(status, { 'content-type': 'application/json', ...bought, ...headers })
        .end(JSON.stringify(body))
    }).listen(0)
    await once(server, 'listening')
    baseUrl = `http://localhost:${(server.address() as AddressInfo).port}/`
  })
  after(() => server.close())
  beforeEach(() => {
    answers = []
    asked = []
    clock = 1_000_000
    tickets = 0
  })

  const begin = async (
    of: Lock = lock,
    requestAssertion: RequestAssertion = async () => ({ id: 'k-1' }),
  ): Promise<ChallengeFlow> => {
    const client = createChallengeClient({ baseUrl, ticket: async () => `wwt_${++tickets}` })
    const flow = createChallengeFlow(of, {
      client,
      requestAssertion,
      supported: methods,
      now: () => clock,
      onState: () => undefined,
    })
    await flow.begin()
    return flow
  }
  const all: Lock = { ...lock, factors: ['recovery-code', 'totp', 'webauthn'] }
  const noFactor: Answer = [409, { code: 'no-factor' }]

  test('spends one ticket for a whole flow and presents the capability after it', async () => {
    answers = [challenge('c-1'), [401, { code: 'verification-failed', attemptsLeft: 4 }], passed]
    const flow = await begin()
    await flow.submit('000000')
    const trouble = { kind: 'wrong', attemptsLeft: 4 }
    assert.deepEqual(flow.state(), { status: 'asking', method: 'totp', offered: ['totp'], trouble })
    await flow.submit('123456')
    assert.equal(flow.state().status, 'verified')
    assert.deepEqual(
      asked.map(({ credential }) => credential),
      ['Ticket wwt_1', 'wwc_1', 'wwc_1'],
    )
    assert.notEqual(asked[1]?.key, asked[2]?.key)
  })

  test('gets a fresh challenge by itself when the one it had is stale or has expired', async () => {
    answers = [
      challenge('c-1'),
      [409, { code: 'stale-challenge' }],
      challenge('c-2'),
      [401, { code: 'verification-failed' }],
    ]
    const flow = await begin()
    await flow.submit('123456')
    assert.deepEqual(troubleOf(flow), 'wrong')
    clock += 300_000
    answers = [challenge('c-3'), passed]
    await flow.submit('123456')
    assert.equal(flow.state().status, 'verified')
    assert.match(asked.at(-1)?.url ?? '', /c-3/)
  })

  test('asks again, and says why, when a challenge is stale twice', async () => {
    const stale: Answer = [409, { code: 'stale-challenge' }]
    answers = [challenge('c-1'), stale, challenge('c-2'), stale]
    const flow = await begin()
    await flow.submit('123456')
    assert.equal(troubleOf(flow), 'stale')
  })

  test('asks nothing about a lock that is gone', async () => {
    answers = [[404, { code: 'not-found' }]]
    assert.equal((await begin(all)).state().status, 'gone')
    assert.equal(asked.length, 1)
  })

  test('takes no code while attempts are limited, and asks again when the time is over', async () => {
    answers = [challenge('c-1'), [429, { code: 'too-many-requests' }, { 'retry-after': '30' }]]
    const flow = await begin()
    await flow.submit('123456')
    assert.deepEqual(flow.state(), { status: 'limited', untilMs: clock + 30_000, offered: [] })
    await flow.submit('123456')
    assert.equal(asked.length, 2)
    clock += 30_000
    flow.tick()
    assert.equal(flow.state().status, 'asking')
  })

  test('says at once that attempts are limited, before anybody types a code', async () => {
    answers = [[429, { code: 'too-many-requests' }, { 'retry-after': '30' }]]
    assert.equal((await begin()).state().status, 'limited')
  })

  test('keeps nobody out who has a passkey because somebody guesses codes', async () => {
    const limited: Answer = [429, { code: 'too-many-requests' }, { 'retry-after': '30' }]
    answers = [challenge('c-1'), limited, limited]
    const flow = await begin(all)
    // It waits for the first refusal only; the second must not take an answer that is meant for what follows.
    while (answers.length > 0) await nextTurn()
    assert.equal((flow.state() as { method?: string }).method, 'webauthn')
    flow.choose('totp')
    answers = [limited]
    await flow.submit('123456')
    assert.deepEqual(flow.state(), { status: 'limited', untilMs: clock + 30_000, offered: ['webauthn'] })
    flow.choose('recovery-code')
    assert.equal(flow.state().status, 'limited')
    flow.choose('webauthn')
    answers = [passed]
    await flow.usePasskey()
    assert.equal(flow.state().status, 'verified')
  })

  test('begins again with a new ticket when the capability has run out', async () => {
    answers = [challenge('c-1'), [401, { code: 'invalid-credentials' }], passed]
    const flow = await begin()
    await flow.submit('123456')
    assert.equal(flow.state().status, 'verified')
    assert.equal(asked.at(-1)?.credential, 'Ticket wwt_2')
  })

  test('asks again when an answer does not get through', async () => {
    answers = [[500, {}]]
    const flow = await begin()
    assert.equal(flow.state().status, 'asking')
    await flow.submit('123456')
    assert.equal(troubleOf(flow), 'unsent')
  })

  test('offers what the lock allows and the person has, a passkey first', async () => {
    answers = [challenge('c-1'), noFactor, challenge('c-3')]
    const flow = await begin(all)
    const { status, method, offered } = flow.state() as FlowState & { status: 'asking' }
    assert.equal(status, 'asking')
    assert.equal(method, 'webauthn')
    assert.equal(offered.length, 2)
    answers = [noFactor, noFactor, noFactor]
    assert.equal((await begin(all)).state().status, 'unavailable')
    assert.equal((await begin({ ...lock, factors: ['sms'] })).state().status, 'unavailable')
  })

  test('answers with a passkey, and stays with it when the prompt of the browser is closed', async () => {
    answers = [challenge('c-1'), challenge('c-2'), challenge('c-3')]
    let refusals = 1
    const flow = await begin(all, async () => {
      if (refusals-- > 0) throw new DOMException('the person said no', 'NotAllowedError')
      return { id: 'k-1' }
    })
    await flow.usePasskey()
    assert.equal(troubleOf(flow), 'dismissed')
    answers = [passed]
    await flow.usePasskey()
    assert.equal(flow.state().status, 'verified')
    assert.match(asked.at(-1)?.url ?? '', /c-1\/responses/)
  })

  test('gives no assertion that was begun before another way was chosen', async () => {
    answers = [challenge('c-1'), challenge('c-2'), challenge('c-3')]
    let give: (assertion: unknown) => void = () => undefined
    const given = new Promise((resolve) => (give = resolve))
    const flow = await begin(all, async () => given)
    const before = asked.length
    const waiting = flow.usePasskey()
    assert.equal(flow.state().status, 'waiting')
    flow.choose('recovery-code')
    give({ id: 'k-1' })
    await waiting
    assert.equal(asked.length, before)
    assert.equal((flow.state() as { method?: string }).method, 'recovery-code')
  })

  test('asks for a passkey with a fresh challenge after one that was not accepted', async () => {
    answers = [challenge('c-1'), [401, { code: 'verification-failed', attemptsLeft: 4 }], challenge('c-2'), passed]
    const flow = await begin({ ...lock, factors: ['webauthn'] })
    await flow.usePasskey()
    assert.equal(troubleOf(flow), 'wrong')
    await flow.usePasskey()
    assert.match(asked.at(-1)?.url ?? '', /c-2/)
  })

  const troubleOf = (flow: ChallengeFlow): string | undefined => {
    const state = flow.state()
    return state.status === 'asking' ? state.trouble?.kind : undefined
  }
})
