import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorld, untilSettled } from './testing/world.ts'

test('every input folds once and its outputs follow in order with their marks', async () => {
  const world = openWorld()
  const runner = await world.run()
  await world.send(['a:1', 'b:2', 'a:3'], 0, { traceparent: '00-1-2-00' })
  await untilSettled(runner, 3)
  const said = await world.readAll('sum')
  assert.deepEqual(
    said.map(({ value, headers }) => [Buffer.from(value ?? []).toString(), headers['ww-source'], headers['ww-last']]),
    [
      ['1', 'adder/0/0/0', '1'],
      ['2', 'adder/0/1/0', undefined],
      ['4', 'adder/0/2/0', undefined],
    ],
  )
  const { 'ww-settled': _, ...headers } = (await world.readAll('latest'))[0]?.headers ?? {}
  assert.deepEqual(headers, {
    ce_specversion: '1.0',
    ce_id: 'adder-0-1-1',
    ce_type: 'test.even',
    ce_source: '/watchword/adder',
    ce_time: '1970-01-01T00:00:00.000Z',
    traceparent: '00-1-2-00',
    'ww-source': 'adder/0/1/1',
    'ww-last': '1',
    'ww-version': '1',
  })
  await runner.stop()
  assert.equal(world.store.position(0)?.nextOffset, 3)
  assert.deepEqual(world.faults, [])
  await world.log.close()
})
