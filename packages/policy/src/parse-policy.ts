import { exactNames, type UserNames } from '@watchword/user-names'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { documentFaults } from './document-faults.ts'
import { type PolicyDocument, policySchema } from './policy-schema.ts'
import { readYaml } from './read-yaml.ts'
import { type Fault, pointerStep, schemaFaults } from './schema-faults.ts'

/** The document with its defaults, or everything that is wrong with it. */
export type ParsedPolicy =
  | Readonly<{ ok: true; document: PolicyDocument }>
  | Readonly<{ ok: false; code: 'malformed' | 'invalid'; faults: readonly Fault[] }>

const validator = Compile(policySchema)

/**
 * Reads a policy from YAML or JSON text, or from an object: unknown keys, wrong values and rules that do not compile are faults, and so are users
 * that can be nobody where names are read as `names` says.
 */
export function parsePolicy(input: unknown, names: UserNames = exactNames): ParsedPolicy {
  const read = typeof input === 'string' ? readYaml(input) : { value: input }
  if ('fault' in read) return { ok: false, code: 'malformed', faults: [{ pointer: '', detail: read.fault }] }
  // An empty text is the empty document: all defaults.
  const document: unknown = Value.Default(policySchema, structuredClone(read.value ?? {}))
  if (!validator.Check(document)) return { ok: false, code: 'invalid', faults: faultsByKey(document) }
  const faults = documentFaults(document, names)
  return faults.length > 0 ? { ok: false, code: 'invalid', faults } : { ok: true, document }
}

// A validator names the first few faults only; asked key by key it names them all.
function faultsByKey(document: unknown): readonly Fault[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return [{ pointer: '', detail: 'must be a mapping of keys to values' }]
  const schemas: Readonly<Record<string, TSchema>> = policySchema.properties
  return Object.entries(document).flatMap(([key, value]) => {
    const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined
    const pointer = `/${pointerStep(key)}`
    if (schema === undefined) return [{ pointer, detail: 'is not known' }]
    return schemaFaults(Value.Errors(schema, value)).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }))
  })
}
