import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from './checked-page.ts'
import { call, platform } from './platform-calls.ts'

// What a page can try that is not the app's, and one of the app's that wants to know of others, in a real browser.
let browser: Browser
let own: Page
let evil: Page
let evilServer: Server
const user = `dora-${randomUUID()}`

before(async () => {
  browser = await startChromium()
  const context = await browser.newContext()
  evilServer = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Win a prize</title>')
  }).listen(0, 'localhost')
  await once(evilServer, 'listening')
  // Of the same site as the app, so that cookies of the person ride along.
  evil = await context.newPage()
  await evil.goto(`http://localhost:${(evilServer.address() as AddressInfo).port}`)
  own = await context.newPage()
  await own.goto(platform.url)
})
after(async () => {
  await browser.close()
  evilServer.close()
  evilServer.closeAllConnections()
})

const ticketFor = async (whom: string, purpose = 'subscribe'): Promise<string> =>
  String((await call('POST', '/v1/tickets', { user: whom, session: 's-1', purpose }))['ticket'])

type Heard = { readonly opened: boolean; readonly frames: readonly string[]; readonly closed: number | null }

/** Connects from a page, subscribes to a user's topic and gives what was heard until the first frame or the end. */
const subscribe = (page: Page, protocols: readonly string[], topicUser: string): Promise<Heard> =>
  page.evaluate(`new Promise((resolve) => {
    const heard = { opened: false, frames: [], closed: null }
    const socket = new WebSocket(${JSON.stringify(platform.url.replace('http', 'ws'))} + '/v1/subscribe', ${JSON.stringify(protocols)})
    socket.onopen = () => {
      heard.opened = true
      socket.send(JSON.stringify({ type: 'subscribe', topic: 'watchword.security.mfa?originalIdentity=${topicUser}' }))
    }
    socket.onmessage = ({ data }) => {
      heard.frames.push(data)
      resolve(heard)
    }
    socket.onclose = ({ code }) => resolve(Object.assign(heard, { closed: code }))
  })`)

const stateOf = ({ frames: [first = '{}'] }: Heard): string =>
  (JSON.parse(first) as { type?: string }).type ?? 'nothing'

test('a page of the app hears of its own user', async () => {
  const heard = await subscribe(own, ['watchword.v1', `ticket.${await ticketFor(user)}`], user)
  assert.equal(stateOf(heard), 'state')
})

test('a page of another origin hears nothing, with cookies of the person alone', async () => {
  const heard = await subscribe(evil, ['watchword.v1'], user)
  assert.deepEqual([heard.opened && stateOf(heard) === 'state', heard.frames.length], [false, 0])
})

test('nor with a ticket that it got hold of, and the ticket is not spent by trying', async () => {
  const ticket = await ticketFor(user)
  const heard = await subscribe(evil, ['watchword.v1', `ticket.${ticket}`], user)
  assert.equal(heard.frames.length, 0)
  assert.equal(stateOf(await subscribe(own, ['watchword.v1', `ticket.${ticket}`], user)), 'state')
})

test('a ticket counts once', async () => {
  const ticket = await ticketFor(user)
  assert.equal(stateOf(await subscribe(own, ['watchword.v1', `ticket.${ticket}`], user)), 'state')
  const again = await subscribe(own, ['watchword.v1', `ticket.${ticket}`], user)
  assert.notEqual(stateOf(again), 'state')
})

test('no letter of a ticket can be changed, and none of another purpose will do', async () => {
  const ticket = await ticketFor(user)
  for (const at of [4, 10, Math.floor(ticket.length / 2), ticket.length - 2]) {
    const forged = ticket.slice(0, at) + (ticket[at] === 'A' ? 'B' : 'A') + ticket.slice(at + 1)
    assert.notEqual(stateOf(await subscribe(own, ['watchword.v1', `ticket.${forged}`], user)), 'state')
  }
  const challenge = await ticketFor(user, 'challenge')
  assert.notEqual(stateOf(await subscribe(own, ['watchword.v1', `ticket.${challenge}`], user)), 'state')
})

test('whoever names another user in the topic, or everybody, hears of nobody', async () => {
  for (const topicUser of [`eve-${randomUUID()}`, '*']) {
    const heard = await subscribe(own, ['watchword.v1', `ticket.${await ticketFor(user)}`], topicUser)
    assert.notEqual(stateOf(heard), 'state', topicUser)
    assert.ok(!heard.frames.join().includes('"locks"'), topicUser)
  }
})

test('a page of another origin can neither ask for a ticket with the cookies of the person nor use one', async () => {
  const tried = await evil.evaluate(`Promise.all([
    fetch(${JSON.stringify(`${platform.url}/bank/api/tickets`)}, { method: 'POST', credentials: 'include', body: '{}' })
      .then(({ status }) => status, () => 'unreadable'),
    fetch(${JSON.stringify(`${platform.url}/v1/locks/l-1/challenges`)}, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Ticket ${await ticketFor(user, 'challenge')}' },
      body: '{"factor":"totp"}',
    }).then(({ status }) => status, () => 'unreadable'),
  ])`)
  assert.deepEqual(tried, ['unreadable', 'unreadable'])
})
