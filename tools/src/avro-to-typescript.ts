import { kebab } from '@watchword/contracts/naming'

type Schema = string | readonly Schema[] | SchemaObject
type SchemaObject = Readonly<{
  type: string
  name?: string
  doc?: string
  fields?: readonly Readonly<{ name: string; type: Schema; doc?: string }>[]
  symbols?: readonly string[]
  items?: Schema
  values?: Schema
  namespace?: string
}>

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Uint8Array',
}

/** The TypeScript text of one Avro schema: a type per named type; a union of records becomes `{type, data}` by the record's kebab-case name. */
export function avroToTypescript(schema: SchemaObject): string {
  const declarations: string[] = []
  typeOf(schema, declarations)
  return declarations.join('\n\n')
}

function typeOf(schema: Schema, declarations: string[]): string {
  if (typeof schema === 'string') return primitives[schema] ?? schema
  if (Array.isArray(schema)) return unionOf(schema as readonly Schema[], declarations)
  const object = schema as SchemaObject
  switch (object.type) {
    case 'record':
      return declareRecord(object, declarations)
    case 'enum':
      return declare(object, (object.symbols ?? []).map((symbol) => `'${kebab(symbol)}'`).join(' | '), declarations)
    case 'array':
      return `readonly ${atom(typeOf(object.items ?? 'null', declarations))}[]`
    case 'map':
      return `Readonly<Record<string, ${typeOf(object.values ?? 'null', declarations)}>>`
    default:
      return primitives[object.type] ?? object.type
  }
}

function unionOf(branches: readonly Schema[], declarations: string[]): string {
  const records = branches.filter((branch) => isRecord(branch))
  if (records.length < 2) return branches.map((branch) => typeOf(branch, declarations)).join(' | ')
  return records
    .map((branch) => {
      const name = typeOf(branch, declarations)
      return `Readonly<{ type: '${kebab(name)}'; data: ${name} }>`
    })
    .join(' | ')
}

function isRecord(schema: Schema): boolean {
  return typeof schema === 'object' && 'type' in schema && schema.type === 'record'
}

function declareRecord(record: SchemaObject, declarations: string[]): string {
  const fields = (record.fields ?? []).map((field) => {
    const doc = field.doc ? `  /** ${field.doc} */\n` : ''
    return `${doc}  ${field.name}: ${typeOf(field.type, declarations)}`
  })
  return declare(record, `Readonly<{\n${fields.join('\n')}\n}>`, declarations)
}

function declare(named: SchemaObject, text: string, declarations: string[]): string {
  const doc = named.doc ? `/** ${named.doc} */\n` : ''
  declarations.push(`${doc}export type ${named.name} = ${text}`)
  return named.name ?? ''
}

function atom(text: string): string {
  return text.includes('|') ? `(${text})` : text
}
