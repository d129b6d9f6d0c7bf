import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const sources = new URL('../src/', import.meta.url)

test('the engine imports only itself and asks for no clock, chance or environment', () => {
  const files = readdirSync(sources, { recursive: true }).map(String)
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(new URL(file, sources), 'utf8')
    for (const [, from = ''] of text.matchAll(/from '([^']+)'/g)) assert.match(from, /^\.\.?\//, `${file}: ${from}`)
    assert.doesNotMatch(text, /\b(Date|Math\.random|process|setTimeout|fetch|crypto|console)\b[.(]/, file)
  }
})
