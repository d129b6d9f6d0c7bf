import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { type Client, ticketFor, worldWithSockets } from '../testing/socket-world.ts'

const page = { origin: 'https://bank.example' }

test('a page of an ended session hears that it has ended, and nothing of the user from then on', async (t) => {
  const world = await worldWithSockets(t)
  const connectTo = async (session?: string): Promise<Client> => {
    const ticket = await ticketFor(world, 'alice', session === undefined ? {} : { session })
    const client = world.connect({ headers: page, protocols: [`ticket.${ticket}`] })
    client.subscribe('alice')
    await client.next('state')
    return client
  }
  const [ended, other, unnamed] = [await connectTo('s-91'), await connectTo('s-92'), await connectTo()]
  await world.call('DELETE', '/v1/sessions/s-91?user=alice')
  assert.equal((await ended.next('session-ended'))['session'], 's-91')
  assert.equal(await ended.closed, 4401)
  await world.demand('alice', { session: 's-92' })
  for (const client of [other, unnamed]) assert.equal((await client.next('mfa-required'))['user'], 'alice')
  assert.deepEqual(ended.frames, [])
})

test('a ticket of an ended session opens no connection: its page is told why and turned away', async (t) => {
  const world = await worldWithSockets(t)
  const ticket = await ticketFor(world, 'alice', { session: 's-91' })
  await world.call('DELETE', '/v1/sessions/s-91?user=alice')
  const client = world.connect({ headers: page, protocols: [`ticket.${ticket}`] })
  client.subscribe('alice')
  assert.equal(await client.closed, 4401)
  assert.deepEqual(client.frames, [{ type: 'session-ended', seq: 1, user: 'alice', session: 's-91' }])
})

test('a page that subscribes after its session has ended gets the state and is turned away', async (t) => {
  const world = await worldWithSockets(t)
  const ticket = await ticketFor(world, 'alice', { session: 's-91' })
  const client = world.connect({ headers: page, protocols: [`ticket.${ticket}`] })
  await once(client.socket, 'open')
  client.socket.send(JSON.stringify({ type: 'ping', id: 1 }))
  await client.next('pong')
  await world.call('DELETE', '/v1/sessions/s-91?user=alice')
  client.subscribe('alice')
  assert.deepEqual((await client.next('state'))['endedSessions'], ['s-91'])
  assert.equal(await client.closed, 4401)
})
