import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parts } from './architecture.ts'
import { faultsOfFile, unusedRights } from './architecture-faults.ts'

function faults(name: string, file: string, text: string): readonly string[] {
  const part = parts[name]
  assert.ok(part)
  return faultsOfFile(name, part, `${part.folder}/src/${file}`, text)
}

describe('the architecture check', () => {
  test('refuses a service that imports a service, by type too', () => {
    assert.equal(faults('scorer', 'x.ts', "import type { A } from '@watchword/ingest'").length, 1)
    assert.equal(faults('scorer', 'x.ts', "export { a } from '@watchword/ingest'").length, 1)
    assert.equal(faults('scorer', 'x.ts', "const a = await import('@watchword/ingest')").length, 1)
    assert.equal(faults('scorer', 'x.ts', "import { a } from '@watchword/risk-engine'").length, 0)
  })

  test('refuses a path that leaves its own part', () => {
    assert.equal(faults('scorer', 'x.ts', "import { a } from '../../ingest/src/a.ts'").length, 1)
    assert.equal(faults('scorer', 'x.ts', "import { a } from './a.ts'").length, 0)
  })

  test('refuses clocks, randomness, node and packages in pure parts, not in their comments and texts', () => {
    assert.equal(faults('risk-engine', 'x.ts', 'export const at = () => Date.now()').length, 1)
    assert.equal(faults('risk-engine', 'x.ts', "import { hash } from 'node:crypto'").length, 1)
    assert.equal(faults('risk-engine', 'x.ts', "import { hash } from 'some-package'").length, 1)
    assert.equal(faults('risk-engine', 'x.ts', "// Date.now is for shells\nexport const a = 'Date'").length, 0)
    assert.equal(faults('risk-engine', 'x.test.ts', "import { test } from 'node:test'").length, 0)
  })

  test('refuses a right that nobody uses', () => {
    const part = { folder: 'packages/a', mayImport: ['event-log', 'policy'] }
    const files = new Map([['packages/a/src/x.ts', "import { a } from '@watchword/event-log/memory'"]])
    assert.deepEqual(unusedRights('a', part, files), ['a may import policy and does not: take the right away'])
  })

  test('refuses to read the environment outside of main.ts', () => {
    assert.equal(faults('ingest', 'service.ts', 'export const port = process.env.PORT').length, 1)
    assert.equal(faults('ingest', 'main.ts', 'const port = process.env.PORT').length, 0)
  })
})
