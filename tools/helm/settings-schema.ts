import type { JsonSchema } from './json-schema.ts'

type Settings = Readonly<{
  properties?: Readonly<Record<string, Settings>>
  required?: readonly string[]
  items?: Settings
  default?: unknown
  pattern?: string
}> &
  JsonSchema

/**
 * The schema of a section of a service's configuration, as values of a chart: what has a default may be left out, what is unknown is
 * refused. Helm's validator is written in Go, whose regular expressions look neither ahead nor behind, so patterns that do are left to the service.
 */
export function settingsSchema(schema: object, without: readonly string[] = []): JsonSchema {
  // TypeBox's types say less than the JSON Schema that they are at run time.
  return chartSchema(schema as Settings, new Set(without))
}

function chartSchema(schema: Settings, without: ReadonlySet<string> = new Set()): JsonSchema {
  const { default: _, pattern, required = [], properties, items, ...rest } = schema
  const kept = {
    ...rest,
    ...(pattern === undefined || /\(\?[=!<]/.test(pattern) ? {} : { pattern }),
    ...(items === undefined ? {} : { items: chartSchema(items) }),
  }
  if (properties === undefined) return kept
  const known = Object.entries(properties).filter(([name]) => !without.has(name))
  const needed = required.filter((name) => known.some(([key, below]) => key === name && !hasDefault(below)))
  return {
    ...kept,
    properties: Object.fromEntries(known.map(([name, below]) => [name, chartSchema(below)])),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  }
}

/** A section is made where it is missing. */
function hasDefault(schema: Settings): boolean {
  return schema.default !== undefined || schema.properties !== undefined
}
