import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parsePolicy, testPolicy } from '@watchword/policy'

test("the demo's policy is valid and its own tests pass", () => {
  const parsed = parsePolicy(readFileSync(new URL('../policy.yaml', import.meta.url), 'utf8'))
  assert.ok(parsed.ok)
  const results = testPolicy(parsed.document)
  assert.equal(results.length, 2)
  for (const result of results) assert.ok(result.passed, JSON.stringify(result))
})
