import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWatchword } from '../src/index.ts'

test('a guard that asks for a proof that nobody can have is refused with every fault', async () => {
  const client = createWatchword({ url: 'http://platform.test', key: 'ww_test_secret' })
  for (const [options, part] of [
    [{ maxAge: '5 minutes' }, 'maxAge'],
    [{ acr: [] }, 'acr'],
    [{ acr: 'two words' }, 'acr'],
    [{ acr: 'a"b' }, 'acr'],
    [{ acr: '', exempt: ['x'] }, 'exempt x'],
  ] as const) {
    assert.throws(
      () => client.createGuard({ via: 'http', ...options }),
      (error: Error & { code: string }) => error.code === 'invalid-config' && error.message.includes(part),
    )
  }
  await client.close()
})
