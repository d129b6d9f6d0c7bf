import schema from './ocsf-1.8.0.json' with { type: 'json' }

type Attribute = Readonly<{
  type?: string
  object?: string
  array?: boolean
  required?: boolean
  enum?: readonly (number | string)[]
  /** It is there only for events that name this profile. */
  profile?: string
}>
type Shape = Readonly<{
  attributes: Readonly<Record<string, Attribute>>
  constraints?: Readonly<{ at_least_one?: readonly string[] }>
}>
type Fields = Readonly<Record<string, unknown>>

const classes: Readonly<Record<string, Shape & Readonly<{ name: string; category: number }>>> = schema.classes
const objects: Readonly<Record<string, Shape>> = schema.objects

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  long: Number.isSafeInteger,
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  json: () => true,
}

/** What is wrong with an event by OCSF 1.8.0, as `path: what`; none for a valid one. Knows the classes and objects of our own events. */
export function ocsfFaults(event: object): readonly string[] {
  const fields = event as Fields
  const found = classes[String(fields['class_uid'])]
  if (found === undefined) return ['class_uid: not known']
  const typeUid = Number(fields['class_uid']) * 100 + Number(fields['activity_id'])
  const { version, profiles = [] } = fields['metadata'] as Readonly<{ version?: string; profiles?: readonly string[] }>
  return [
    ...(fields['class_name'] === found.name ? [] : ['class_name: of another class']),
    ...(fields['category_uid'] === found.category ? [] : ['category_uid: of another class']),
    ...(fields['type_uid'] === typeUid ? [] : ['type_uid: not of class and activity']),
    ...(version === schema.version ? [] : ['metadata.version: another one']),
    ...shapeFaults(fields, found, '', new Set(profiles)),
  ]
}

function shapeFaults(
  fields: Fields,
  { attributes, constraints }: Shape,
  path: string,
  profiles: ReadonlySet<string>,
): readonly string[] {
  const known = (attribute: Attribute | undefined): attribute is Attribute =>
    attribute !== undefined && (attribute.profile === undefined || profiles.has(attribute.profile))
  const missing = Object.entries(attributes).filter(
    ([name, attribute]) => attribute.required === true && known(attribute) && fields[name] === undefined,
  )
  const { at_least_one: some = [] } = constraints ?? {}
  return [
    ...missing.map(([name]) => `${path}${name}: missing`),
    ...(some.length === 0 || some.some((name) => fields[name] !== undefined)
      ? []
      : [`${path}: none of ${some.join(', ')}`]),
    ...Object.entries(fields).flatMap(([name, value]) => {
      const attribute = attributes[name]
      return known(attribute) ? valueFaults(value, attribute, path + name, profiles) : [`${path}${name}: not known`]
    }),
  ]
}

function valueFaults(
  value: unknown,
  { array = false, ...attribute }: Attribute,
  path: string,
  profiles: ReadonlySet<string>,
): readonly string[] {
  if (Array.isArray(value) !== array) return [`${path}: ${array ? 'no list' : 'a list'}`]
  if (Array.isArray(value))
    return value.flatMap((item, index) => valueFaults(item, attribute, `${path}[${index}]`, profiles))
  if (attribute.object !== undefined) return objectFaults(value, attribute.object, path, profiles)
  if (kinds[attribute.type ?? '']?.(value) !== true) return [`${path}: no ${attribute.type}`]
  return attribute.enum === undefined || attribute.enum.includes(value as number) ? [] : [`${path}: not of its values`]
}

function objectFaults(value: unknown, name: string, path: string, profiles: ReadonlySet<string>): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: no object`]
  // Anything may be in it.
  if (name === 'object') return []
  const shape = objects[name]
  return shape === undefined
    ? [`${path}: an object that is not known here`]
    : shapeFaults(value as Fields, shape, `${path}.`, profiles)
}
