'use strict'
// What an app does with the installed package, against a running platform: report, be judged, be locked, be refused, hear of it.
const assert = require('node:assert/strict')
const events = require('node:events')
const { readdirSync } = require('node:fs')
const { createServer } = require('node:http')
const path = require('node:path')

exports.play = async ({ createWatchword, activityFromRequest, WatchwordError }, { requireVerified }, url, key) => {
  const user = `user-of-${process.version}-${process.pid}`
  const session = `s-${process.pid}`
  const errors = []
  const queueFolder = path.join(process.cwd(), `queue-${process.pid}`)
  const client = createWatchword({ url, key, queueFolder, onError: (error) => errors.push(error) })
  const guarded = requireVerified({
    client,
    identify: (request) => (request.url === '/login' ? null : { user, session }),
    onError: (error) => assert.fail(error),
  })
  const server = createServer(
    guarded(async (request, response) => {
      const facts = activityFromRequest(request)
      const login = { type: 'login', outcome: 'succeeded', user, session, ...facts }
      if (request.url === '/login') await client.capture(login)
      response.end('admitted')
    }),
  )
  server.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const app = `http://127.0.0.1:${server.address().port}`
  const get = async (path) => (await fetch(app + path)).status

  assert.equal(await get('/login'), 200)
  const locked = new Promise((resolve) => {
    client.subscribe({ user }, { onMfaRequired: resolve, onError: (error) => assert.fail(error) })
  })
  assert.equal(await get('/accounts'), 200)
  await client.locks.lock(user, { session, reason: 'to see what happens' })
  const { id } = await locked
  assert.equal((await client.check({ user, session })).locked, true)
  const refusal = await fetch(`${app}/accounts`)
  assert.equal((await refusal.json()).lock.id, id)
  await assert.rejects(client.capture({ type: 'access', user, attributes: { big: 'x'.repeat(20_000) } }), (error) => {
    return error instanceof WatchwordError && error.code === 'activity-too-large'
  })
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['activity-too-large'],
  )
  server.closeAllConnections()
  server.close()
  await client.close()
  assert.deepEqual(readdirSync(path.join(queueFolder, 'activities')), [], 'something captured was not delivered')
}
