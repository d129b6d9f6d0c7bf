import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { generatedFiles } from './generated-files.ts'

test('what is committed as generated is what the sources generate', async () => {
  for (const [file, text] of await generatedFiles())
    assert.equal(readFileSync(file, 'utf8'), text, `${file} is stale: npm run generate`)
})
