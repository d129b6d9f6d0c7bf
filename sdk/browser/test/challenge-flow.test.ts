import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { createChallengeClient } from '../src/challenge-client.ts'
import { type ChallengeFlow, createChallengeFlow } from '../src/challenge-flow.ts'
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
  since: '',
  challengeUri: '/v1/locks/l-1/challenges',
}
const challenge = (id: string): Answer => [200, { challenge: id, expiresAt: new Date(clock + 300_000).toISOString() }]
const passed: Answer = [200, { mfaToken: 't', verifiedUntil: '', session: { id: 's-1', ended: false } }]

before(async () => {
  server = createServer((request, response) => {
    const { authorization, 'x-watchword-capability': capability, 'idempotency-key': key } = request.headers
    asked.push({ url: request.url ?? '', credential: String(capability ?? authorization), key: String(key) })
    const [status, body, headers] = answers.shift() ?? [500, {}]
    const bought = capability === undefined ? { 'x-watchword-capability': `wwc_${tickets}` } : {}
    response.writeHead(status, { 'content-type': 'application/json', ...bought, ...headers }).end(JSON.stringify(body))
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

const begin = (of: Lock = lock): ChallengeFlow => {
  const client = createChallengeClient({ baseUrl, ticket: async () => `wwt_${++tickets}` })
  return createChallengeFlow(of, { client, now: () => clock, onState: () => undefined })
}

test('spends one ticket for a whole flow and presents the capability after it', async () => {
  const flow = begin()
  answers = [challenge('c-1'), [401, { code: 'verification-failed', attemptsLeft: 4 }], passed]
  await flow.submit('000000')
  assert.deepEqual(flow.state(), { status: 'wrong', attemptsLeft: 4 })
  await flow.submit('123456')
  assert.equal(flow.state().status, 'verified')
  assert.deepEqual(
    asked.map(({ credential }) => credential),
    ['Ticket wwt_1', 'wwc_1', 'wwc_1'],
  )
  assert.notEqual(asked[1]?.key, asked[2]?.key)
})

test('gets a fresh challenge by itself when the one it had is stale or has expired', async () => {
  const flow = begin()
  answers = [
    challenge('c-1'),
    [409, { code: 'stale-challenge' }],
    challenge('c-2'),
    [401, { code: 'verification-failed' }],
  ]
  await flow.submit('123456')
  assert.equal(flow.state().status, 'wrong')
  clock += 300_000
  answers = [challenge('c-3'), passed]
  await flow.submit('123456')
  assert.equal(flow.state().status, 'verified')
  assert.match(asked.at(-1)?.url ?? '', /c-3/)
})

test('gives up on a challenge that is stale twice: the lock has changed hands', async () => {
  const flow = begin()
  const stale: Answer = [409, { code: 'stale-challenge' }]
  answers = [challenge('c-1'), stale, challenge('c-2'), stale]
  await flow.submit('123456')
  assert.deepEqual(flow.state(), { status: 'failed', code: 'stale-challenge' })
})

test('takes no code while attempts are limited, and asks again when the time is over', async () => {
  const flow = begin()
  answers = [challenge('c-1'), [429, { code: 'too-many-attempts' }, { 'retry-after': '30' }]]
  await flow.submit('123456')
  assert.deepEqual(flow.state(), { status: 'limited', untilMs: clock + 30_000 })
  await flow.submit('123456')
  assert.equal(asked.length, 2)
  clock += 30_000
  flow.tick()
  assert.equal(flow.state().status, 'asking')
})

test('begins again with a new ticket when the capability has run out', async () => {
  const flow = begin()
  answers = [challenge('c-1'), [401, { code: 'invalid-credentials' }], passed]
  await flow.submit('123456')
  assert.equal(flow.state().status, 'verified')
  assert.equal(asked.at(-1)?.credential, 'Ticket wwt_2')
})

test('asks again when an answer does not get through, and stays aside once cancelled', async () => {
  const flow = begin()
  answers = [[500, {}]]
  await flow.submit('123456')
  assert.equal(flow.state().status, 'unsent')
  flow.cancel()
  await flow.submit('123456')
  assert.equal(flow.state().status, 'cancelled')
  flow.resume()
  assert.equal(flow.state().status, 'asking')
})

test('asks for nothing that the person does not have', () => {
  assert.equal(begin({ ...lock, factors: ['webauthn'] }).state().status, 'unavailable')
})
