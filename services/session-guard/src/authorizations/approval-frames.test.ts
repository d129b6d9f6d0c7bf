import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approve, ask, requested } from '../testing/authorized.ts'
import { enrolled } from '../testing/enrolled.ts'
import { ticketFor, worldWithSockets } from '../testing/socket-world.ts'

test('an approver who is named hears of it at once, and that it is over; whoever connects later begins with what is open', async (t) => {
  const world = await worldWithSockets(t)
  const carol = await enrolled(world, 'carol')
  const bob = world.connect()
  bob.subscribe('bob')
  await bob.next('state')
  const made = await requested(world, { approvers: ['bob', 'carol'] })
  const heard = await bob.next('approval-requested')
  assert.partialDeepStrictEqual(heard, {
    user: 'bob',
    id: made.id,
    owner: 'alice',
    action: { type: 'transfer', resource: '/accounts/1' },
    parametersHash: made.parametersHash,
    expiresAt: made.expiresAt,
  })
  assert.equal(JSON.stringify(heard).includes('25000'), false, 'nothing of what the app knows of its users is pushed')

  const ticket = await ticketFor(world, 'bob')
  const page = world.connect({ headers: { origin: 'https://bank.example' }, protocols: [`ticket.${ticket}`] })
  page.subscribe('bob')
  await page.next('state')
  assert.equal((await page.next('approval-requested'))['id'], made.id)

  await approve(world, made, { user: 'carol', session: 's-carol' }, carol.code())
  assert.equal((await bob.next('approval-closed'))['id'], made.id)
  const later = world.connect()
  later.subscribe('bob')
  await later.next('state')
  later.socket.send(JSON.stringify({ type: 'ping', id: 1 }))
  await later.next('pong')
  assert.equal(later.frames.length, 0)
})

test('without named approvers the subscribers of the owner hear of it, and no other app', async (t) => {
  const world = await worldWithSockets(t)
  const [whole, owner] = [world.connect(), world.connect()]
  whole.subscribe('*')
  owner.subscribe('alice')
  const shop = world.connect({ headers: { authorization: `Bearer ${await world.keyOf('demo', 'shop')}` } })
  shop.subscribe('alice')
  await Promise.all([whole.next('replica-ready'), owner.next('state'), shop.next('state')])
  const made = await requested(world, { approver: 'owner' })
  assert.equal((await whole.next('approval-requested'))['id'], made.id)
  assert.equal((await owner.next('approval-requested'))['owner'], 'alice')
  await ask(world, made.id, { user: 'alice', answer: 'deny', reason: 'not me' })
  assert.equal((await owner.next('approval-closed'))['id'], made.id)
  shop.socket.send(JSON.stringify({ type: 'ping', id: 1 }))
  await shop.next('pong')
  assert.deepEqual(shop.frames, [])
})
