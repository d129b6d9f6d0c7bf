import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An attribute, compiled: a scalar `type` or the name of an `object`. `profile`: it is there only for events that name this profile. */
type Attribute = Readonly<{
  type?: string
  object?: string
  array?: true
  required?: true
  enum?: readonly (number | string)[]
  profile?: string
}>
type Shape = Readonly<{ attributes: Readonly<Record<string, Attribute>>; constraints?: unknown }>
type Compiled = Readonly<{
  version: string
  classes: Readonly<Record<string, Shape & Readonly<{ name: string; category: number }>>>
  objects: Readonly<Record<string, Shape>>
}>

type Attributes = Readonly<Record<string, SourceAttribute>>
type SourceAttribute = Readonly<{
  type?: string
  is_array?: boolean
  requirement?: string
  profile?: string | null
  enum?: Readonly<Record<string, unknown>>
}>
type Source = Readonly<{
  caption?: string
  uid?: number
  category?: string
  extends?: string
  attributes?: Attributes & Readonly<{ $include?: readonly string[] }>
  constraints?: unknown
}>
/** A source with all that it inherits and includes. */
type Whole = Omit<Source, 'attributes'> & Readonly<{ attributes: Attributes }>

/**
 * Puts inheritance, profiles and dictionary of a checkout of github.com/ocsf/ocsf-schema together, for these classes and objects (by their names, as
 * `authentication`) and without descriptions. An object of another name is not compiled: what is in it counts as unknown. Throws for a name that is not there.
 */
export function compileSchema(folder: string, classNames: readonly string[], objectNames: readonly string[]): Compiled {
  const sources = { events: sourcesIn(folder, 'events'), objects: sourcesIn(folder, 'objects') }
  const dictionary = read(folder, 'dictionary.json') as Readonly<{
    attributes: Readonly<Record<string, SourceAttribute>>
    types: Readonly<{ attributes: Readonly<Record<string, Readonly<{ type?: string }>>> }>
  }>
  const categories = (read(folder, 'categories.json') as { attributes: Readonly<Record<string, { uid: number }>> })
    .attributes

  function whole(kind: 'events' | 'objects', name: string): Whole {
    const own = sources[kind].get(name)
    if (own === undefined) throw new Error(`no ${name} among the ${kind}`)
    const parent: Whole = own.extends === undefined ? { attributes: {} } : whole(kind, own.extends)
    const { $include: included = [], ...attributes } = own.attributes ?? {}
    const layers = [parent.attributes, ...included.map((file) => profileAttributes(folder, file)), attributes]
    return { ...parent, ...own, attributes: layers.reduce(merged) }
  }

  function attributeOf(name: string, over: SourceAttribute): Attribute {
    const known = dictionary.attributes[name]
    const { type = '', is_array, requirement, profile, enum: values } = mergedAttribute(known ?? {}, over)
    const scalar = dictionary.types.attributes[type]
    return {
      ...(scalar === undefined ? { object: type } : { type: (scalar.type ?? type).replace(/_t$/, '') }),
      ...(is_array === true ? { array: true } : {}),
      ...(requirement === 'required' ? { required: true } : {}),
      ...(values === undefined ? {} : { enum: Object.keys(values).map(numberOr) }),
      ...(typeof profile === 'string' ? { profile } : {}),
    }
  }

  function shapeOf({ attributes, constraints }: Whole): Shape {
    const entries = Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1))
    return {
      attributes: Object.fromEntries(entries.map(([name, source]) => [name, attributeOf(name, source)])),
      ...(constraints === undefined ? {} : { constraints }),
    }
  }

  const classes = classNames.map((className) => {
    const source = whole('events', className)
    const category = categories[source.category ?? '']?.uid ?? 0
    const uid = category * 1000 + (source.uid ?? 0)
    const { attributes, ...rest } = shapeOf(source)
    const of = (value: number): Attribute => ({ type: 'integer', required: true, enum: [value] })
    const placed = { ...attributes, category_uid: of(category), class_uid: of(uid) }
    return [uid, { name: source.caption ?? className, category, attributes: placed, ...rest }] as const
  })
  return {
    version: (read(folder, 'version.json') as { version: string }).version,
    classes: Object.fromEntries(classes),
    objects: Object.fromEntries(objectNames.map((name) => [name, shapeOf(whole('objects', name))])),
  }
}

/** By their names; those of extensions are not among them. */
function sourcesIn(folder: string, part: string): ReadonlyMap<string, Source> {
  const files = readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  )
  return new Map(
    files.map((file) => {
      const source = read(folder, join(part, file)) as Source & { name: string }
      return [source.name, source]
    }),
  )
}

function profileAttributes(folder: string, file: string): Readonly<Record<string, SourceAttribute>> {
  const { name, attributes } = read(folder, file) as Readonly<{ name: string; attributes: Attributes }>
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, source]) => [attribute, { profile: name, ...source }]),
  )
}

function merged(parent: Attributes, child: Attributes): Attributes {
  const over = Object.entries(child).map(([name, source]) => [name, mergedAttribute(parent[name] ?? {}, source)])
  return { ...parent, ...Object.fromEntries(over) }
}

function mergedAttribute(parent: SourceAttribute, child: SourceAttribute): SourceAttribute {
  const values = { ...parent.enum, ...child.enum }
  return { ...parent, ...child, ...(Object.keys(values).length === 0 ? {} : { enum: values }) }
}

function numberOr(value: string): number | string {
  return /^\d+$/.test(value) ? Number(value) : value
}

function read(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}
