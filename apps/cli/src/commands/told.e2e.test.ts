import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Item = Readonly<{
  type: string
  id: string
  data: Readonly<{ body: Readonly<{ data: Readonly<{ kind: string; subject: string }> }> }>
}>

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function answerOf<Answer>(path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
  const asked = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(`${platform.url}${path}`, asked)
  assert.equal(answer.status, 200, path)
  return (await answer.json()) as Answer
}

/** Notifications of the user's timeline. */
async function toldOf(user: string): Promise<readonly Item[]> {
  const { items } = await answerOf<{ items: readonly Item[] }>(`/v1/users/${user}/timeline`)
  return items.filter(({ type }) => type === 'notification.notification-raised')
}

describe('what a user was told', () => {
  test('stands in the timeline, once, and is counted', async () => {
    const { lock } = await answerOf<{ lock: { id: string } }>('/v1/users/told-alice/lock', { reason: 'a test' })
    // It is raised because of the lock, and stored after it.
    while ((await toldOf('told-alice')).length === 0);
    await answerOf('/v1/users/told-bob/lock', { reason: 'a test' })
    while ((await toldOf('told-bob')).length === 0);
    const [told, ...more] = await toldOf('told-alice')
    assert.deepEqual(more, [])
    assert.match(told?.id ?? '', /^n-s-\d+-\d+$/)
    const { kind, subject } = told?.data.body.data ?? {}
    assert.deepEqual([kind, subject], ['locked-by-operator', lock.id])
    const { items } = await answerOf<{ items: readonly { name: string; count: number; users: number }[] }>(
      '/v1/stats/notifications?interval=hour',
    )
    const counted = items.filter(({ name }) => name === 'locked-by-operator')
    assert.deepEqual(
      [counted.reduce((sum, { count }) => sum + count, 0), counted.reduce((sum, { users }) => sum + users, 0)],
      [2, 2],
    )
  })
})
