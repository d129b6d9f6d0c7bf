import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startUp } from '../testing/start-up.ts'

test('watchword notify test ends with 1 where nobody is to be told', async (t) => {
  const platform = await startUp()
  t.after(() => platform.stop())
  const { code, out } = await platform.run(['notify', 'test'])
  assert.equal(code, 1)
  assert.match(out[0] ?? '', /^0 of 0 endpoints/)
  const json = await platform.run(['notify', 'test', '--json'])
  assert.deepEqual((JSON.parse(json.out[0] ?? '') as { deliveries: unknown }).deliveries, [])
})
