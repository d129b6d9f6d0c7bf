import assert from 'node:assert/strict'
import { builtInPolicy, compileDocument, parsePolicy, type PolicyVersion } from '@watchword/policy'

/** A policy in force, of what people write. */
export function policyOf(input: unknown): PolicyVersion {
  const parsed = parsePolicy(input)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return { ...builtInPolicy(), ...compileDocument(parsed.document) }
}
