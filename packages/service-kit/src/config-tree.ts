import type { TObject, TSchema } from 'typebox'

/** Configuration as read, before it is checked. */
export type ConfigTree = { [key: string]: unknown }

export function isTree(value: unknown): value is ConfigTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The properties of a schema that is a section, else undefined. */
export function sectionOf(schema: TSchema): Readonly<Record<string, TSchema>> | undefined {
  const { type, properties } = schema as { type?: unknown; properties?: Record<string, TSchema> }
  return type === 'object' ? properties : undefined
}

/** Sets a value, making the sections on the way; false if something that is no section is in the way. */
export function setAt(tree: ConfigTree, path: readonly string[], value: unknown): boolean {
  const [key, ...rest] = path
  if (key === undefined) return true
  if (rest.length === 0) {
    tree[key] = value
    return true
  }
  const below = (tree[key] ??= {})
  return isTree(below) && setAt(below, rest, value)
}

/** A copy in which every section that is not optional exists, so that the defaults within it can be filled in. */
export function withSections(schema: TSchema, value: unknown): unknown {
  const properties = sectionOf(schema)
  if (properties === undefined || !isTree(value)) return value
  const required = (schema as TObject).required as readonly string[] | undefined
  const filled: ConfigTree = { ...value }
  for (const [key, property] of Object.entries(properties)) {
    const present = filled[key] ?? (sectionOf(property) !== undefined && required?.includes(key) ? {} : undefined)
    if (present !== undefined) filled[key] = withSections(property, present)
  }
  return filled
}

/** The dotted paths of keys that the schema does not know, in sections that are not open on purpose. */
export function unknownKeys(schema: TSchema, value: unknown, path = ''): string[] {
  const properties = sectionOf(schema)
  if (properties === undefined || !isTree(value)) return []
  const { additionalProperties } = schema as { additionalProperties?: unknown }
  const open = additionalProperties !== undefined && additionalProperties !== false
  return Object.entries(value).flatMap(([key, below]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (property === undefined) return open ? [] : [`${path}${key}`]
    return unknownKeys(property, below, `${path}${key}.`)
  })
}

/** Freezes a value and all it holds. */
export function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const below of Object.values(value)) freezeDeep(below)
  }
  return value
}
