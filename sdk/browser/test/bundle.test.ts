import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import * as sources from '../src/index.ts'

// What an app gets that imports the package.
const bundle = import.meta.resolve('@watchword/browser')
const text = readFileSync(new URL(bundle), 'utf8')

test('gives an app one module with everything that the sources export', async () => {
  const exported = (await import(bundle)) as object
  assert.deepEqual(Object.keys(exported).toSorted(), Object.keys(sources).toSorted())
  assert.doesNotMatch(text, /\bimport\b/)
})

test('weighs less than 16 kB, compressed', () => {
  assert.ok(gzipSync(text).length < 16_000)
})

test("needs nothing that a content security policy of default-src 'self' refuses", () => {
  // Code made of text, styles and handlers in markup, and addresses of anybody else.
  for (const refused of [/\beval\b/, /\bFunction\(/, /\bset(?:Timeout|Interval)\(["'`]/, /<style/, /<script/])
    assert.doesNotMatch(text, refused)
  for (const refused of [/\sstyle=/, /\son[a-z]+=["']/, /setAttribute\(["'`]style/, /\bcssText\b/, /https?:\/\//])
    assert.doesNotMatch(text, refused)
})
