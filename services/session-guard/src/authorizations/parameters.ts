import { createHash } from 'node:crypto'
import { canonicalJson, pointerStep } from '@watchword/policy'
import { invalid } from '../http/invalid.ts'

/** The parameters of an action, as they are hashed and shown. */
export type Parameters = Readonly<{ text: string; hash: string }>

/** Longer parameters are refused, bytes of canonical JSON: they are in every record of the user's state while the action waits. */
export const parametersBytesMax = 4_096
const depthMax = 16

/**
 * Canonical JSON (RFC 8785) of the parameters and its SHA-256 in base64url. Throws `invalid` for what two readers may read differently
 * (RFC 7493): integers beyond 2^53, text that is not Unicode; and for what is too long or too deep.
 */
export function parametersOf(given: Readonly<Record<string, unknown>>, pointer: string): Parameters {
  assertUnambiguous(given, pointer, 0)
  const text = canonicalJson(given)
  if (Buffer.byteLength(text) > parametersBytesMax)
    throw invalid(pointer, `must be at most ${parametersBytesMax} bytes as canonical JSON`)
  return { text, hash: createHash('sha256').update(text).digest('base64url') }
}

function assertUnambiguous(value: unknown, pointer: string, depth: number): void {
  if (depth > depthMax) throw invalid(pointer, `must be at most ${depthMax} levels deep`)
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw invalid(pointer, 'must be at most 2^53 - 1; write a greater number as text')
  if (typeof value === 'string' && !value.isWellFormed()) throw invalid(pointer, 'must be Unicode text')
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    const below = `${pointer}/${pointerStep(name)}`
    if (!name.isWellFormed()) throw invalid(pointer, 'must have Unicode names')
    assertUnambiguous(member, below, depth + 1)
  }
}
