import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Key = Readonly<{ id: string; revoked: boolean }>

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function created(...args: readonly string[]): Promise<{ id: string; key: string }> {
  const { code, out, err } = await platform.run(['keys', 'create', '--scope', 'check', '--json', ...args])
  assert.equal(code, 0, err.join('\n'))
  return JSON.parse(out[0] ?? '') as { id: string; key: string }
}

async function listed(): Promise<readonly Key[]> {
  const { code, out, err } = await platform.run(['keys', 'list', '--json'])
  assert.equal(code, 0, err.join('\n'))
  return out.map((line) => JSON.parse(line) as Key)
}

describe('watchword keys', () => {
  test('make a key that works until it is revoked, and say so as JSON', async () => {
    const { id, key } = await created('--name', 'test')
    const status = `${platform.url}/v1/users/alice/status`
    const check = async () => (await fetch(status, { headers: { authorization: `Bearer ${key}` } })).status
    await platform.untilTold(async () => (await check()) === 200)
    const { code, out } = await platform.run(['keys', 'revoke', id, '--json'])
    assert.deepEqual([code, out], [0, [JSON.stringify({ revoked: id })]])
    await platform.untilTold(async () => (await check()) === 401)
    await platform.untilTold(async () => (await listed()).find((each) => each.id === id)?.revoked === true)
  })

  test('end with 1 for a key that there is not', async () => {
    const { code, err } = await platform.run(['keys', 'revoke', 'nobody'])
    assert.equal(code, 1)
    assert.match(err[0] ?? '', /^404 /)
  })

  test('list every key, also where there are more than fit on a page', async () => {
    const made: string[] = []
    for (let round = 0; round < 21; round++)
      made.push(...(await Promise.all(Array.from({ length: 50 }, () => created()))).map(({ id }) => id))
    await platform.untilTold(async () => {
      const known = new Set((await listed()).map(({ id }) => id))
      return made.every((id) => known.has(id))
    })
  })
})
