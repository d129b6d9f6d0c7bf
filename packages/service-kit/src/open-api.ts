import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import { openApiComponents } from './open-api-components.ts'
import { openApiResponses } from './open-api-responses.ts'

type Parameter = { required?: boolean; schema: Readonly<Record<string, unknown>> }
type Operation = { parameters?: Parameter[]; responses?: Record<string, object> }
type Document = { paths?: Record<string, Record<string, Operation>> }

/** How the OpenAPI document is made: from the schemas of the routes, completed by their `documentation` and the problems. */
export function openApiOptions(
  info: Readonly<{ title: string; version: string }>,
): FastifyDynamicSwaggerOptions & { openapi: object } {
  const schemas = new Map<string, FastifySchema>()
  return {
    openapi: { openapi: '3.1.0', info: { ...info }, components: openApiComponents },
    convertConstToEnum: false,
    transform({ schema, url, route }) {
      for (const method of [route.method].flat()) schemas.set(`${method.toLowerCase()} ${pathOf(url)}`, schema ?? {})
      return { schema, url }
    },
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject
      const { paths = {} } = document.openapiObject as Document
      for (const [path, operations] of Object.entries(paths))
        for (const [method, operation] of Object.entries(operations))
          complete(operation, schemas.get(`${method} ${path}`) ?? {})
      return document.openapiObject
    },
  }
}

function complete(operation: Operation, schema: FastifySchema): void {
  const headers = Object.entries(schema.documentation?.requestHeaders ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }))
  for (const parameter of operation.parameters ?? [])
    if (parameter.schema['default'] !== undefined) parameter.required = false
  if (headers.length > 0) operation.parameters = [...(operation.parameters ?? []), ...headers]
  // Without a schema of an answer the generator makes one up.
  const generated = schema.response === undefined ? {} : (operation.responses ?? {})
  operation.responses = openApiResponses(schema, generated)
}

function pathOf(url: string): string {
  return url.replaceAll(/:(\w+)/g, '{$1}')
}
