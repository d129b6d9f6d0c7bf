import type { OpenApi } from './http-reference.ts'

type Schema = Readonly<{
  type?: string
  description?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Schema[]
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  patternProperties?: Readonly<Record<string, Schema>>
  additionalProperties?: boolean | Schema
}>
type Answer = Readonly<{ content?: Readonly<Record<string, Readonly<{ schema: Schema }>>> }>
type Operation = Readonly<{ responses: Readonly<Record<string, Answer>> }>

/** The TypeScript text of what each route of `/v1` answers as JSON when it succeeds, and of the codes of problems. */
export function answerTypes(openApi: OpenApi): readonly [path: string, text: string] {
  const { paths, components } = openApi as unknown as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    components: { schemas: { Problem: Schema } }
  }
  const answers = Object.entries(paths)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, operation]) => {
        const texts = successesOf(operation).map((schema) => typeOf(schema, '  '))
        return texts.length === 0
          ? []
          : [`  readonly '${method.toUpperCase()} ${path}': ${[...new Set(texts)].join(' | ')}`]
      }),
    )
  const codes = typeOf(components.schemas.Problem.properties?.['code'] ?? {}, '')
  return [
    'sdk/node/src/generated/answers.ts',
    [
      '// Generated from schemas/http/openapi.json by `npm run generate`: do not edit.',
      '',
      '/** What each call answers when it succeeds, by method and path. */',
      'export type Answers = {',
      ...answers.map((answer) => answer.replaceAll(codes, 'ProblemCode')),
      '}',
      '',
      '/** Every code of a problem that the platform answers. */',
      `export type ProblemCode = ${codes}`,
      '',
    ].join('\n'),
  ]
}

function successesOf({ responses }: Operation): readonly Schema[] {
  return Object.entries(responses).flatMap(([status, { content }]) => {
    const schema = status.startsWith('2') ? content?.['application/json']?.schema : undefined
    return schema === undefined ? [] : [schema]
  })
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => typeOf(each, indent)).join(' | ')
  const { type = 'unknown' } = schema
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const item = typeOf(schema.items ?? {}, indent)
      return `readonly ${item.includes(' | ') && !item.startsWith('{') ? `(${item})` : item}[]`
    }
    case 'object':
      return objectOf(schema, indent)
    default:
      return 'unknown'
  }
}

function objectOf({ properties, required = [], ...rest }: Schema, indent: string): string {
  if (properties === undefined) {
    const [values] = Object.values(rest.patternProperties ?? {})
    return `Readonly<Record<string, ${values === undefined ? 'unknown' : typeOf(values, indent)}>>`
  }
  const members = Object.entries(properties).map(([name, member]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name)
    const note = member.description === undefined ? '' : `${indent}  /** ${member.description} */\n`
    return `${note}${indent}  readonly ${key}${required.includes(name) ? '' : '?'}: ${typeOf(member, `${indent}  `)}`
  })
  return `{\n${members.join('\n')}\n${indent}}`
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)
}
