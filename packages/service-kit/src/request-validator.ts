import type { FastifyRouteSchemaDef } from 'fastify/types/schema.js'
import { type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import { bodyFaultsOf } from './body-faults.ts'
import type { ProblemFault } from './problem.ts'

const faultsMax = 20
const segmentLengthMax = 64

type SchemaError = TValidationError & { readonly message: string }

const pointerPrefixes: Readonly<Record<string, string>> = {
  body: '',
  querystring: '/query',
  query: '/query',
  params: '/path',
  headers: '/headers',
}

/** A request that breaks the schema of its route, with the part that does. */
export class RequestFaults extends Error {
  override readonly name = 'RequestFaults'
  readonly code = 'request-faults'
  readonly statusCode = 400
  readonly part: string
  readonly faults: readonly ProblemFault[]

  constructor(part: string, faults: readonly ProblemFault[]) {
    super('the request breaks the schema of the route')
    this.part = part
    this.faults = faults
  }
}

/** Says whether an error came from `compileRequestValidator`. */
export function isRequestFaults(error: unknown): error is RequestFaults {
  return error instanceof RequestFaults
}

/**
 * Fastify's validator compiler on TypeBox: nothing is removed, defaults are filled in, and only what arrives as text
 * (query, path) is converted to the type of its schema; a body has to have the right types itself.
 */
export function compileRequestValidator({ schema, httpPart = 'body' }: FastifyRouteSchemaDef<TSchema>) {
  const validator = Compile(schema)
  const isText = httpPart === 'querystring' || httpPart === 'query' || httpPart === 'params'
  const asItCame = isText && isTextOnly(schema)
  return (input: unknown): { value: unknown } | { error: Error } => {
    if (asItCame && validator.Check(input)) return { value: input }
    const unreadable = httpPart === 'body' ? bodyFaultsOf(input) : []
    if (unreadable.length > 0) return { error: new RequestFaults(httpPart, unreadable) }
    const value = Value.Default(schema, isText ? Value.Convert(schema, input) : input)
    if (validator.Check(value)) return { value }
    return { error: new RequestFaults(httpPart, faultsOf(validator.Errors(value), pointerPrefixes[httpPart] ?? '')) }
  }
}

/** Whether conversion and defaults leave alone what fits: nothing but plain texts, and none of them has a default. */
function isTextOnly(schema: TSchema): boolean {
  if (!Type.IsObject(schema) || 'default' in schema) return false
  return Object.values(schema.properties).every((member) => Type.IsString(member) && !('default' in member))
}

/** Schema errors as faults, each pointing at the field itself and holding no value of the input. */
export function faultsOf(errors: readonly SchemaError[], prefix: string): ProblemFault[] {
  const details = new Map<string, string>()
  const constants = new Map<string, unknown[]>()
  for (const error of errors) {
    if (error.keyword === 'const') {
      constants.set(error.instancePath, [...(constants.get(error.instancePath) ?? []), error.params.allowedValue])
    }
    for (const [pointer, detail] of placesOf(error)) {
      // A union reports every branch that did not match; one line a field is what a person can act on.
      if (details.size < faultsMax && !details.has(pointer)) details.set(pointer, detail)
    }
  }
  return [...details].map(([pointer, detail]) => {
    const allowed = constants.get(pointer)
    return { pointer: prefix + pointer, detail: allowed === undefined ? detail : oneOf(allowed) }
  })
}

function placesOf(error: SchemaError): [string, string][] {
  const base = error.instancePath
  const below = (names: readonly string[], detail: string): [string, string][] =>
    names.map((name) => [`${base}/${segmentOf(name)}`, detail])
  if (error.keyword === 'required') return below(error.params.requiredProperties, 'is required')
  if (error.keyword === 'additionalProperties') return below(error.params.additionalProperties, 'is not known')
  if (error.keyword === 'enum') return [[base, oneOf(error.params.allowedValues)]]
  return [[base, error.message]]
}

function oneOf(allowed: readonly unknown[]): string {
  return `must be one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}`
}

function segmentOf(name: string): string {
  return name.slice(0, segmentLengthMax).replaceAll('~', '~0').replaceAll('/', '~1')
}
