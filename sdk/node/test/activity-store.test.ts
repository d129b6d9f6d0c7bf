import assert from 'node:assert/strict'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { openActivityStore } from '../src/activity-store.ts'
import { readSegmentLines, type SegmentLine, writeSegmentLine } from '../src/segment-line.ts'

const newFolder = (t?: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-queue-'))
  t?.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
const jsonOf = fc.string({ unit: 'grapheme' }).map((note) => JSON.stringify({ id: note }))
const lineOf = (json: fc.Arbitrary<string>): fc.Arbitrary<SegmentLine> =>
  fc.oneof(
    fc.tuple(fc.integer({ min: 1 }), json).map(([seq, text]) => ({ type: 'activity' as const, seq, json: text })),
    fc.integer({ min: 1 }).map((seq) => ({ type: 'settled' as const, seq })),
  )

test('of a write that was torn anywhere exactly the lines before it are read', () => {
  fc.assert(
    fc.property(fc.array(lineOf(jsonOf), { maxLength: 8 }), fc.nat(), (lines, cut) => {
      const written = lines.map((line) => Buffer.from(writeSegmentLine(line)))
      const whole = Buffer.concat(written)
      const torn = whole.subarray(0, whole.length === 0 ? 0 : cut % (whole.length + 1))
      let left = torn.length
      const complete = lines.filter((_, at) => (left -= written[at]?.length ?? 0) >= 0)
      assert.deepEqual(readSegmentLines(torn), { lines: complete, damaged: 0 })
    }),
    { numRuns: 500 },
  )
})

test('of a segment with damaged bytes every other line is read, in order, and nothing that was not written', () => {
  const many = fc.array(lineOf(jsonOf), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(many, fc.nat(), fc.integer({ min: 1, max: 255 }), (lines, at, mask) => {
      const segment = Buffer.from(lines.map(writeSegmentLine).join(''))
      const position = at % segment.length
      segment[position] = (segment[position] ?? 0) ^ mask
      const read = readSegmentLines(segment).lines.map(writeSegmentLine)
      const written = lines.map(writeSegmentLine)
      // A line end more or less spoils the lines that it parts or joins, two at most.
      assert.ok(read.length >= lines.length - 2)
      let from = 0
      for (const line of read) {
        const found = written.indexOf(line, from)
        assert.notEqual(found, -1, line)
        from = found + 1
      }
    }),
    { numRuns: 500 },
  )
})

test('what is stored and not settled is there after any crash, in order', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('settle' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), torn: fc.nat({ max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      let folder = newFolder()
      let store = openActivityStore(folder, assert.fail)
      const all: string[] = []
      let open: { readonly json: string; readonly seq: number }[] = []
      for (const each of steps) {
        if (each.do === 'append') {
          const items = Array.from({ length: each.count }, (_, index) =>
            JSON.stringify({ id: `a-${all.length + index}` }),
          )
          const kept = items.map((json) => ({ json, ...store.append(json) }))
          for (const { stored } of kept) await stored
          all.push(...items)
          open.push(...kept)
        } else if (each.do === 'settle') {
          const settled = open.splice(0, Math.floor(each.share * open.length))
          if (settled.length > 0) store.settle(settled.at(-1)?.seq ?? 0)
        } else {
          // A crash leaves the folder as it stands, and the beginning of a line that nobody was told of.
          const left = each.do === 'crash' ? crash(folder, each.torn) : folder
          await store.close()
          if (left !== folder) rmSync(folder, { recursive: true })
          folder = left
          store = openActivityStore(folder, assert.fail)
          const found = store.left.map(({ json }) => json)
          // A settled line may not have been written yet: what it settled comes again, before all the others.
          const expected = each.do === 'crash' ? all.slice(all.length - found.length) : open.map(({ json }) => json)
          assert.deepEqual(found, expected)
          assert.ok(found.length >= open.length)
          open = [...store.left]
        }
      }
      await store.close()
      if (open.length === 0) assert.deepEqual(readdirSync(folder), [])
      rmSync(folder, { recursive: true })
    }),
    { numRuns: 60 },
  )
})

const crash = (folder: string, torn: number): string => {
  const copy = newFolder()
  cpSync(folder, copy, { recursive: true })
  rmSync(join(copy, 'lock'))
  const last = readdirSync(copy).toSorted().at(-1)
  const half = writeSegmentLine({ type: 'activity', seq: 999_999, json: '{"id":"never told of"}' }).slice(0, -1)
  if (last !== undefined) writeFileSync(join(copy, last), half.slice(0, torn), { flag: 'a' })
  return copy
}

test('a settled line that was lost only brings back what it settled', async (t) => {
  const folder = newFolder(t)
  const store = openActivityStore(folder, assert.fail)
  const first = store.append('{"id":"a-1"}')
  await first.stored
  const [segment = ''] = readdirSync(folder).filter((name) => name.endsWith('.segment'))
  await store.append('{"id":"a-2"}').stored
  store.settle(first.seq)
  await store.close()
  const after = readFileSync(join(folder, segment))
  truncateSync(join(folder, segment), after.length - 3)
  const again = openActivityStore(folder, assert.fail)
  assert.deepEqual(
    again.left.map(({ json }) => json),
    ['{"id":"a-1"}', '{"id":"a-2"}'],
  )
  await again.close()
})

test('a folder is of one process, and of the next one after it, however that ended', async (t) => {
  const folder = newFolder(t)
  const store = openActivityStore(folder, assert.fail)
  assert.throws(() => openActivityStore(folder, assert.fail), { code: 'queue-in-use' })
  await store.close()
  // Of a process with this number that started at another time, as each start in a container.
  const lock = join(folder, 'lock')
  writeFileSync(lock, `${hostname()} ${process.pid} 1 1`)
  await openActivityStore(folder, assert.fail).close()
  writeFileSync(lock, `${hostname()} ${process.ppid} 1 1`)
  assert.throws(() => openActivityStore(folder, assert.fail), { code: 'queue-in-use' }, 'the parent process is alive')
  writeFileSync(lock, `elsewhere ${process.pid} 1 1`)
  assert.throws(() => openActivityStore(folder, assert.fail), { code: 'queue-in-use' }, 'on another machine')
  utimesSync(lock, new Date(), new Date(Date.now() - 61_000))
  await openActivityStore(folder, assert.fail).close()
  assert.deepEqual(readdirSync(folder), [])
})

test('whoever was thought gone writes nothing more when it goes on', async (t) => {
  const folder = newFolder(t)
  const told: string[] = []
  const first = openActivityStore(folder, ({ code }) => told.push(code))
  await first.append('{"id":"a-1"}').stored
  const lock = join(folder, 'lock')
  utimesSync(lock, new Date(), new Date(Date.now() - 61_000))
  writeFileSync(lock, `elsewhere 1 1 1`)
  const before = readdirSync(folder)
  await first.append('{"id":"a-2"}').stored
  first.settle(2)
  await first.close()
  assert.deepEqual([new Set(told), readdirSync(folder)], [new Set(['queue-unwritable']), before])
  assert.equal(readFileSync(lock, 'utf8'), 'elsewhere 1 1 1')
})

test('a half line at the end of a new segment takes no activity with it', async (t) => {
  const folder = newFolder(t)
  const store = openActivityStore(folder, assert.fail)
  await store.append('{"id":"a-1"}').stored
  const half = writeSegmentLine({ type: 'activity', seq: 2, json: '{"id":"half"}' }).slice(0, 9)
  const copy = crash(folder, 0)
  await store.close()
  writeFileSync(join(copy, '0000000000000002.segment'), half)
  const next = openActivityStore(copy, assert.fail)
  await next.append('{"id":"a-2"}').stored
  const again = crash(copy, 0)
  await next.close()
  const last = openActivityStore(again, assert.fail)
  assert.deepEqual(
    last.left.map(({ json }) => json),
    ['{"id":"a-1"}', '{"id":"a-2"}'],
  )
  await last.close()
})

test('segments that are settled are dropped, so the folder stays small', async (t) => {
  const folder = newFolder(t)
  const store = openActivityStore(folder, assert.fail)
  const json = JSON.stringify({ id: 'x'.repeat(15_000) })
  for (let round = 0; round < 6; round++) {
    const kept = Array.from({ length: 50 }, () => store.append(json))
    for (const { stored } of kept) await stored
    store.settle(kept.at(-1)?.seq ?? 0)
  }
  const last = store.append(json)
  await last.stored
  const segments = readdirSync(folder).filter((name) => name.endsWith('.segment'))
  const bytes = segments.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  assert.ok(bytes < 3_000_000, `${bytes} bytes of 4 500 000 written`)
  store.settle(last.seq)
  await store.close()
  assert.deepEqual(readdirSync(folder), [])
})
