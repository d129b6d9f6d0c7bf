import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ProblemCode, problemCatalogue, problemCodes } from '@watchword/service-kit'
import { parts } from './architecture.ts'
import { errorCodes } from './error-codes.ts'
import { readFailureModes } from './failure-modes.ts'

const sections = readFailureModes()

describe('docs/failure-modes.md', () => {
  for (const { sources, rows } of sections)
    test(`explains every code of ${sources.join(', ')}, and no other`, () => {
      const documented = rows.map(([code = '']) => code)
      const produced = sources.flatMap((source): readonly string[] =>
        source === 'problems' ? problemCodes : [...errorCodes(source)],
      )
      assert.deepEqual(documented.toSorted(), [...new Set(produced)].toSorted())
      for (const row of rows)
        assert.ok(
          row.every((cell) => cell !== ''),
          `${row[0]} lacks a meaning or a check`,
        )
    })

  test('covers every part that has codes, except the demo and the tools', () => {
    const covered = new Set(sections.flatMap(({ sources }) => sources))
    const left = Object.values(parts)
      .map(({ folder }) => folder)
      .filter((folder) => !covered.has(folder) && !['apps/demo-bank', 'tools', 'load-tests'].includes(folder))
    for (const folder of left) assert.deepEqual([...errorCodes(folder)], [], folder)
  })

  test('tells the status that each problem is answered with', () => {
    for (const [code = '', status] of sections.find(({ sources }) => sources.includes('problems'))?.rows ?? [])
      assert.equal(Number(status), problemCatalogue[code as ProblemCode].status, code)
  })
})
