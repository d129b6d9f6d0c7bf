import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { repositoryText } from './repository.ts'

type Described = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}>
type DescribedOperation = Readonly<{
  requestBody?: Readonly<{ content: Readonly<Record<string, Readonly<{ schema: TSchema }>>> }>
}>

const { paths } = JSON.parse(repositoryText('schemas/http/openapi.json')) as Described

/** What is wrong, by the OpenAPI document, with a request as a page shows it: its line, headers, an empty line and a body. */
export function requestFaults(shown: string): readonly string[] {
  const [head = '', body = ''] = shown.split(/\n\n(.*)/s)
  const [method = '', path = ''] = head.split(/\s/)
  const operation = Object.entries(paths).find(([template]) => isPathOf(template, path))?.[1][method.toLowerCase()]
  if (operation === undefined) return [`there is no ${method} ${path}`]
  const schema = operation.requestBody?.content['application/json']?.schema
  if (schema === undefined) return body.trim() === '' ? [] : ['it takes no body']
  return Value.Errors(schema, JSON.parse(body)).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

function isPathOf(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}
