import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuardWorld } from '../testing/guard-world.ts'

test('what ingest would not take as a user names no user here either', async (t) => {
  const { call } = await createGuardWorld(t)
  for (const user of ['a%00', 'a%0Ab', '%C2%85', '%E7%95%8C'.repeat(86)]) {
    const asked = [
      ['GET', `/v1/users/${user}/status`, undefined, '/path/user', 400],
      ['POST', `/v1/users/${user}/lock`, { reason: 'x' }, '/path/user', 400],
      ['POST', '/v1/tickets', { user: decodeURIComponent(user), purpose: 'subscribe' }, '/user', 400],
    ] as const
    for (const [method, path, body, pointer, status] of asked) {
      const answer = await call(method, path, body === undefined ? {} : { body })
      const [fault] = (answer.body['errors'] ?? []) as readonly { pointer: string }[]
      assert.deepEqual([answer.status, fault?.pointer], [status, pointer], `${method} ${path}`)
    }
  }
})
