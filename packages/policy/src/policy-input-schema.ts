import type { TSchema } from 'typebox'
import { policySchema } from './policy-schema.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The JSON Schema of what people write: as `policySchema`, but nothing that has a default is required. Plain JSON. */
export const policyInputSchema = relaxed(JSON.parse(JSON.stringify(policySchema)) as Json) as unknown as TSchema

function relaxed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(relaxed)
  if (schema === null || typeof schema !== 'object') return schema
  const members = schema as { readonly [key: string]: Json }
  const properties = (members['properties'] ?? {}) as { readonly [key: string]: { readonly default?: Json } }
  const entries = Object.entries(members).flatMap(([key, value]): [string, Json][] => {
    if (key !== 'required' || !Array.isArray(value)) return [[key, relaxed(value)]]
    const required = value.filter((name) => properties[String(name)]?.default === undefined)
    return required.length > 0 ? [[key, required]] : []
  })
  return Object.fromEntries(entries)
}
