import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuardWorld } from '../testing/guard-world.ts'

test('a command that could not be written and read back the same is refused, by the field at fault', async (t) => {
  const { call } = await createGuardWorld(t)
  const bodies = [
    [{ reason: 'ok', version: 2 ** 53 }, '/version'],
    [{ reason: 'ok', version: 1e308 }, '/version'],
    [{ reason: '\ud800' }, '/reason'],
    [{ reason: 'ok', lock: 'x\udfff' }, '/lock'],
  ] as const
  for (const [body, pointer] of bodies) {
    const answer = await call('POST', '/v1/users/alice/unlock', { body })
    assert.equal(answer.status, 422, pointer)
    assert.deepEqual((answer.body['errors'] as { pointer: string }[])[0]?.pointer, pointer)
  }
})
