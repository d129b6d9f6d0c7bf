import avsc from 'avsc'
import { correctAvsc } from './correct-avsc.ts'
import { kebab } from './naming.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Enums speak kebab-case outside (`step-up`) and Avro names inside (`step_up`). */
class KebabEnum extends avsc.types.LogicalType {
  protected override _fromValue(value: string): string {
    return kebab(value)
  }
  protected override _toValue(value: string): string {
    return value.replaceAll('-', '_')
  }
  protected override _resolve(type: avsc.Type): ((value: string) => string) | undefined {
    return avsc.Type.isType(type, 'enum', 'logical') ? kebab : undefined
  }
}

/** Parses an Avro schema text so that values have the shape of the generated types. */
export function avroType(schema: string): avsc.Type {
  correctAvsc()
  const marked = markEnums(JSON.parse(schema) as Json)
  return avsc.Type.forSchema(marked as avsc.Schema, { logicalTypes: { 'kebab-enum': KebabEnum }, wrapUnions: 'auto' })
}

function markEnums(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(markEnums)
  if (schema === null || typeof schema !== 'object') return schema
  const object = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'default' ? value : markEnums(value)]),
  )
  const hyphenated = object['type'] === 'enum' && (object['symbols'] as readonly string[]).some((s) => s.includes('_'))
  return hyphenated ? { ...object, logicalType: 'kebab-enum' } : object
}
