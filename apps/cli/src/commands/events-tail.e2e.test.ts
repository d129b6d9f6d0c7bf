import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Item = Readonly<{ position: string; type: string; id: string; data: unknown }>

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function send(user: string, ids: readonly string[]): Promise<void> {
  const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
  const body = JSON.stringify(ids.map((id) => ({ id, type: 'context', user, session: 's-1' })))
  const answer = await fetch(`${platform.url}/v1/activities`, { method: 'POST', headers, body })
  assert.equal(answer.status, 202)
}

/** The activities that were followed, in the order in which they were told. */
function activitiesOf(lines: readonly string[]): readonly string[] {
  const items = lines.map((line) => JSON.parse(line) as Item)
  assert.equal(new Set(items.map(({ position }) => position)).size, items.length, 'no item is told twice')
  return items.filter(({ type }) => type === 'activity').map(({ id }) => id)
}

const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)

describe('watchword events tail', () => {
  test('tells what is there, then what comes, each item once and the oldest first', async () => {
    await send('alice', ['a-1'])
    const following = platform.run(['events', 'tail', '--user', 'alice', '--count', '6', '--interval', '50', '--json'])
    await send('alice', ['a-2'])
    await send('alice', ['a-3'])
    const { code, out, err } = await following
    assert.equal(code, 0, err.join('\n'))
    assert.deepEqual(activitiesOf(out), ['a-1', 'a-2', 'a-3'])
  })

  test('loses nothing when far more than a page comes between two looks', async () => {
    const ids = numbered('b', 900)
    await send('bob', ['b-first'])
    const told: string[] = []
    const count = String(2 * (ids.length + 1))
    const command = ['events', 'tail', '--user', 'bob', '--count', count, '--interval', '1000', '--json']
    const following = platform.run(command, [], told)
    // The first look tells the newest hundred alone: it must have been before the others come.
    while (told.length === 0) await setTimeout(20)
    await send('bob', ids)
    const { code, out, err } = await following
    assert.equal(code, 0, err.join('\n'))
    assert.deepEqual(activitiesOf(out), ['b-first', ...ids])
  })

  test('tells people one line an item', async () => {
    await send('carol', ['c-1'])
    const { out } = await platform.run(['events', 'tail', '--user', 'carol', '--count', '1'])
    assert.match(out[0] ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z  activity +session s-1/)
  })
})
