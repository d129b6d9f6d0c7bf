import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import fc from 'fast-check'
import { createWatermarks } from './watermark.ts'

function record(source: string | undefined, partition = 0): LogRecord {
  const headers = source === undefined ? {} : { 'ww-source': source }
  return { topic: 't', partition, offset: 0, timestamp: 0, key: 'k', value: null, headers }
}

test('however often a writer starts over, each record passes once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 6 }), (restarts) => {
      const all = Array.from({ length: 40 }, (_, index) => record(`s/1/${Math.floor(index / 3)}/${index % 3}`))
      // Each crash says again from somewhere before the point it had reached.
      const said: LogRecord[] = []
      let reached = 0
      for (const back of [...restarts, 0]) {
        const from = Math.max(0, reached - back)
        reached = Math.min(all.length, reached + 8)
        said.push(...all.slice(from, reached))
      }
      said.push(...all.slice(reached))
      let watermarks = createWatermarks()
      const passed = said.filter((each, index) => {
        if (index % 5 === 0) watermarks = createWatermarks(watermarks.snapshot())
        return watermarks.take(each)
      })
      assert.deepEqual(passed, all)
    }),
  )
})

test('stages, source partitions and partitions read do not hide each other', () => {
  const watermarks = createWatermarks()
  watermarks.advance(record('s/1/9/0'))
  assert.equal(watermarks.isRepeat(record('s/1/9/0')), true)
  assert.equal(watermarks.isRepeat(record('s/1/9/1')), false)
  assert.equal(watermarks.isRepeat(record('s/2/3/0')), false)
  assert.equal(watermarks.isRepeat(record('other/1/3/0')), false)
  assert.equal(watermarks.isRepeat(record('s/1/3/0', 1)), false)
  assert.equal(watermarks.isRepeat(record(undefined)), false)
  assert.equal(watermarks.isRepeat(record('s/1/x/0')), false)
})
