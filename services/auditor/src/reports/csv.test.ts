import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvOf } from './csv.ts'

const columns = [
  { name: 'a', value: (row: readonly string[]) => row[0] },
  { name: 'b', value: (row: readonly string[]) => row[1] },
]

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '\0', "'", '"', ',', '＝', '＋', '－', '＠', ' ='),
      fc.string(),
    )
    .map((parts) => parts.join('')),
)

test('no cell begins like a formula, and every one is read back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, hostile), { minLength: 1 }), (rows) => {
      const [, ...read] = parse(csvOf(columns, rows), {
        relaxColumnCount: false,
        recordDelimiter: '\r\n',
      })
      assert.equal(read.length, rows.length)
      for (const cell of read.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r\n\0＝＋－＠]/u)
      assert.deepEqual(
        read.map((cells) => cells.map((cell) => cell.replace(/^'/, ''))),
        rows,
      )
    }),
    { numRuns: 2_000 },
  )
})

test('numbers stay numbers, and what is unknown is empty', () => {
  const row = { n: -5, yes: true }
  const text = csvOf(
    [
      { name: 'n', value: ({ n }: typeof row) => n },
      { name: 'yes', value: ({ yes }: typeof row) => yes },
      { name: 'none', value: () => undefined },
    ],
    [row],
  )
  assert.equal(text, 'n,yes,none\r\n-5,true,\r\n')
})
