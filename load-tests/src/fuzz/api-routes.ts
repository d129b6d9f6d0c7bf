/** The part of a JSON schema that samples are made from. */
export type Schema = Readonly<{
  type?: string | readonly string[]
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: boolean | Schema
  minProperties?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  minLength?: number
  maxLength?: number
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
}>

export type Parameter = Readonly<{ name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }>

/** One operation of the OpenAPI document. */
export type ApiRoute = Readonly<{
  /** Method and path, as the document writes them. */
  operation: string
  method: string
  path: string
  parameters: readonly Parameter[]
  body: Schema | undefined
  mediaTypes: readonly string[]
  /** Whether it has an answer of success; a WebSocket has none but its upgrade. */
  canSucceed: boolean
}>

type Operation = Readonly<{
  parameters?: readonly Parameter[]
  responses?: Readonly<Record<string, unknown>>
  requestBody?: Readonly<{ content: Readonly<Record<string, Readonly<{ schema?: Schema }>>> }>
}>

type OpenApi = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>

/** Every operation of the document. */
export function routesOf(document: unknown): readonly ApiRoute[] {
  return Object.entries((document as OpenApi).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([name, { parameters = [], requestBody, responses = {} }]) => {
      const content = Object.entries(requestBody?.content ?? {})
      const method = name.toUpperCase()
      return {
        operation: `${method} ${path}`,
        method,
        path,
        parameters,
        body: content.find(([, { schema }]) => schema !== undefined)?.[1].schema,
        mediaTypes: content.map(([mediaType]) => mediaType),
        canSucceed: Object.keys(responses).some((status) => status.startsWith('2')),
      }
    }),
  )
}
