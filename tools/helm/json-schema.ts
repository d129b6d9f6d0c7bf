/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** An object with these keys and no others; what the values of a chart leave out has its default. */
export function section(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false }
}

/** A list. */
export function listOf(items: JsonSchema, limits: JsonSchema = {}): JsonSchema {
  return { type: 'array', items, ...limits }
}

/** A whole number in a range. */
export function whole(minimum: number, maximum?: number): JsonSchema {
  return { type: 'integer', minimum, ...(maximum === undefined ? {} : { maximum }) }
}

/** One of these texts. */
export function oneOf(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values }
}

/** A schema that also takes null, for "not at all". */
export function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

export const yesOrNo: JsonSchema = { type: 'boolean' }
export const text: JsonSchema = { type: 'string' }
export const required: JsonSchema = { type: 'string', minLength: 1 }
