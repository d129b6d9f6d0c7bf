import { startTestPlatform } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Compile } from 'typebox/compile'
import { WebSocket } from 'ws'
import { frameSchema, serverFrames } from './frames-reference.ts'

type Frame = Readonly<{ type: string; [member: string]: unknown }>

test('every frame that a platform sends fits the schema of its type', async (t) => {
  const { url, key, stop } = await startTestPlatform()
  t.after(stop)
  const headers = { authorization: `Bearer ${key}` }
  const call = async (path: string, body: object): Promise<unknown> => {
    const json = { ...headers, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) })
    const text = await answer.text()
    assert.equal(answer.ok, true, text)
    return JSON.parse(text) as unknown
  }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/subscribe`, 'watchword.v1', { headers })
  await once(socket, 'open')
  const received: Frame[] = []
  const all = Promise.withResolvers<void>()
  socket.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString()) as Frame)
    if (serverFrames.every((type) => received.some((frame) => frame.type === type))) all.resolve()
  })
  const send = (frame: object): void => socket.send(JSON.stringify(frame))
  send({ type: 'subscribe', topic: 'watchword.security.mfa?originalIdentity=alice' })
  send({ type: 'subscribe', topic: 'authing.security.mfa?originalIdentity=*' })
  send({ type: 'ping', id: 7 })
  send({ type: 'unknown' })
  await call('/v1/users/alice/lock', { reason: 'test', session: 's-1' })
  await call('/v1/users/alice/unlock', { reason: 'test' })
  const ended = await fetch(`${url}/v1/sessions/s-1?user=alice`, { method: 'DELETE', headers })
  assert.equal(ended.status, 204)
  const action = { type: 'transfer', resource: '/accounts/1' }
  const asked = { user: 'alice', session: 's-2', action, approver: 'supervisor', approvers: ['bob'] }
  const made = (await call('/v1/authorizations', asked)) as { id: string }
  await call(`/v1/authorizations/${made.id}/approvals`, { user: 'bob', answer: 'deny', reason: 'test' })
  await all.promise
  socket.close()
  await once(socket, 'close')

  for (const frame of received) {
    const validator = Compile(selfContained(frame.type))
    assert.ok(validator.Check(frame), `${JSON.stringify(frame)}: ${JSON.stringify(validator.Errors(frame))}`)
  }
})

/** The schema of a frame with the lock in the place of the reference to it. */
function selfContained(type: string): object {
  return JSON.parse(
    JSON.stringify(frameSchema(type), (_name, value: unknown) => {
      const { $ref } = (value ?? {}) as { $ref?: string }
      return $ref === undefined ? value : frameSchema($ref.replace('.json', ''))
    }),
  ) as object
}
