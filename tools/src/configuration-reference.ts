import { platformConfigSchema } from '@watchword/cli'
import { code, generatedPage, markdownTable } from './markdown.ts'

type Schema = Readonly<{
  type?: string
  description?: string
  default?: unknown
  enum?: readonly string[]
  minimum?: number
  maximum?: number
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
}>

// TypeBox's types say less than the JSON Schema that they are at run time.
const root = platformConfigSchema as unknown as Schema

const introduction = `What \`watchword up\` reads: a YAML file (\`--config FILE\`), variables over it, options of the command line over both. All faults
are reported together; unknown keys and unknown \`WATCHWORD_*\` variables are refused. Behind the name of any variable,
\`_FILE\` names a file that holds the value. Lists may be given in a variable as JSON or, if they hold texts, with commas.`

/** The page on the configuration of the platform. */
export function configurationReference(): string {
  return generatedPage('Configuration', 'apps/cli/src/platform/platform-config.ts', [
    introduction,
    markdownTable(['Key', 'Variable', 'Type', 'Default', 'Meaning'], rowsOf(root, [])),
  ])
}

function rowsOf(schema: Schema, path: readonly string[]): readonly (readonly string[])[] {
  if (schema.properties === undefined) return [rowOf(schema, path)]
  return Object.entries(schema.properties).flatMap(([key, below]) => rowsOf(below, [...path, key]))
}

function rowOf(schema: Schema, path: readonly string[]): readonly string[] {
  const unset = schema.default === undefined ? '' : code(JSON.stringify(schema.default))
  return [code(path.join('.')), code(variableOf(path)), typeOf(schema), unset, schema.description ?? '']
}

/** The name that `loadConfig` of service-kit gives to a key; a test compares them. */
export function variableOf(path: readonly string[]): string {
  return `WATCHWORD_${path.map((key) => key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')}`
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  if (schema.type === 'array') {
    const fields = schema.items?.properties
    if (fields === undefined) return 'list of texts'
    const required = new Set(schema.items?.required)
    return `list of {${Object.entries(fields)
      .map(([name, field]) => `${name}${required.has(name) && field.default === undefined ? '' : '?'}`)
      .join(', ')}}`
  }
  const { minimum, maximum } = schema
  const range = minimum === undefined ? '' : maximum === undefined ? ` ≥ ${minimum}` : ` ${minimum}–${maximum}`
  return `${schema.type === 'string' ? 'text' : (schema.type ?? '')}${range}`
}
