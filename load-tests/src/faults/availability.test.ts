import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiClient, ApiOutcome } from '../campaign/api-client.ts'
import { createAvailability } from './availability.ts'

test('the longest time without a success is known by the kind of call, and does not count while the load rests', async () => {
  let time = 0
  let outcome: ApiOutcome = { cut: true, reason: 'gone' }
  const api: ApiClient = { call: async () => outcome, close: () => undefined }
  const availability = createAvailability(() => time)
  const watched = availability.watch(api)
  const ask = async (at: number, path: string, status: number | 'cut'): Promise<void> => {
    time = at
    outcome = status === 'cut' ? { cut: true, reason: 'gone' } : { cut: false, status, headers: {}, body: undefined }
    await watched.call({ method: 'GET', path })
  }
  availability.resume()
  await ask(10, '/v1/activities', 202)
  await ask(50, '/v1/activities', 503)
  await ask(60, '/v1/activities', 'cut')
  await ask(70, '/v1/users/alice/status?session=s-1', 200)
  await ask(90, '/v1/activities', 202)
  availability.suspend()
  await ask(500, '/v1/activities', 202)
  time = 900
  availability.resume()
  time = 950
  availability.suspend()
  const longest = availability.longestMs()
  assert.deepEqual([longest.get('activities'), longest.get('status'), longest.get('check')], [80, 70, 90])
})
