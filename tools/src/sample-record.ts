import { kebab } from '@watchword/contracts/naming'

type Schema = string | readonly Schema[] | Named
type Named = Readonly<{
  type: Schema
  name?: string
  fields?: readonly Readonly<{ name: string; type: Schema }>[]
  symbols?: readonly string[]
  items?: Schema
  values?: Schema
}>

/** `full`: every optional value is there, of the last kind it may have; `bare`: none is. */
export type SampleKind = 'full' | 'bare'

/** Made-up records of an Avro schema in the shape that codecs take: each branch of the union `body` in both kinds. */
export function sampleRecords(schema: Named): readonly unknown[] {
  const body = schema.fields?.find(({ name }) => name === 'body')?.type
  const branches = Array.isArray(body) ? (body as readonly Schema[]) : [undefined]
  return branches.flatMap((branch) =>
    (['full', 'bare'] as const).map((kind) => {
      // Named types are defined where they stand first, which may be in another branch.
      const types = new Map<string, Named>()
      define(schema, types)
      const value = sampleOf(schema, kind, 'record', types) as Record<string, unknown>
      if (branch === undefined) return value
      const named = definitionOf(branch, types)
      const data = sampleOf(branch, kind, 'body', types)
      return { ...value, body: { type: kebab(named.name ?? ''), data } }
    }),
  )
}

function definitionOf(schema: Schema, types: ReadonlyMap<string, Named>): Named {
  const named = typeof schema === 'string' ? types.get(schema) : (schema as Named)
  if (named === undefined) throw new Error(`no type ${JSON.stringify(schema)}`)
  return named
}

function define(schema: Schema, types: Map<string, Named>): void {
  if (typeof schema === 'string') return
  if (Array.isArray(schema)) {
    for (const branch of schema as readonly Schema[]) define(branch, types)
    return
  }
  const named = schema as Named
  if (named.name !== undefined && typeof named.type === 'string') types.set(named.name, named)
  for (const field of named.fields ?? []) define(field.type, types)
  for (const below of [named.items, named.values]) if (below !== undefined) define(below, types)
}

function sampleOf(schema: Schema, kind: SampleKind, name: string, types: ReadonlyMap<string, Named>): unknown {
  if (typeof schema === 'string')
    return types.has(schema) ? sampleOf(definitionOf(schema, types), kind, name, types) : scalar(schema, name)
  if (Array.isArray(schema)) {
    const branches = schema as readonly Schema[]
    return sampleOf((kind === 'bare' ? branches[0] : branches.at(-1)) ?? 'null', kind, name, types)
  }
  const { type, fields = [], symbols = [], items, values } = schema as Named
  switch (type) {
    case 'record':
      return Object.fromEntries(fields.map((field) => [field.name, sampleOf(field.type, kind, field.name, types)]))
    case 'enum':
      return kebab((kind === 'bare' ? symbols[0] : symbols.at(-1)) ?? '')
    case 'array':
      return kind === 'bare' ? [] : [sampleOf(items ?? 'null', kind, name, types)]
    case 'map':
      return kind === 'bare' ? {} : { key: sampleOf(values ?? 'null', kind, name, types) }
    default:
      return sampleOf(type, kind, name, types)
  }
}

function scalar(type: string, name: string): unknown {
  switch (type) {
    case 'null':
      return null
    case 'boolean':
      return true
    case 'int':
      return 7
    case 'long':
      return 1_760_000_000_123
    case 'float':
    case 'double':
      return 0.5
    case 'bytes':
      return Buffer.from(name)
    default:
      return `${name} ü`
  }
}
