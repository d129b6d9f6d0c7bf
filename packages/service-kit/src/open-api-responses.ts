import type { FastifySchema } from 'fastify'
import { type ProblemCode, type ProblemKind, problemCatalogue } from './problem-catalogue.ts'
import { problemsOf } from './route-documentation.ts'

/** The answers of a route as OpenAPI writes them, added to those made from its schemas; problems of one status stand together. */
export function openApiResponses(
  schema: FastifySchema,
  generated: Readonly<Record<string, object>>,
): Record<string, object> {
  const responses: Record<string, object> = { ...generated }
  for (const [status, { description, body, mediaType = 'application/json', alsoAs, headers }] of Object.entries(
    schema.documentation?.answers ?? {},
  )) {
    responses[status] = {
      ...responses[status],
      description,
      ...(headers === undefined ? {} : { headers: headersOf(headers) }),
      ...(body === undefined ? {} : { content: { [mediaType]: { schema: body }, ...textAs(alsoAs) } }),
    }
  }
  for (const [status, codes] of Map.groupBy(problemsOf(schema), (code) => problemCatalogue[code].status))
    responses[status] = problemResponse(codes)
  responses['default'] = { $ref: '#/components/responses/Problem' }
  return responses
}

function textAs(mediaType: string | undefined): Record<string, object> {
  return mediaType === undefined ? {} : { [mediaType]: { schema: { type: 'string' } } }
}

function problemResponse(codes: readonly ProblemCode[]): object {
  const kinds = codes.map((code): ProblemKind => problemCatalogue[code])
  const headers = {
    ...(kinds.some(({ challenge }) => challenge !== undefined) ? { 'WWW-Authenticate': 'What is missing.' } : {}),
    ...(kinds.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined)
      ? { 'Retry-After': 'Seconds to wait.' }
      : {}),
    ...(kinds.some(({ upgrade }) => upgrade !== undefined) ? { Upgrade: 'The protocol to change to.' } : {}),
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${problemCatalogue[code].title}.`).join(' '),
    ...(Object.keys(headers).length === 0 ? {} : { headers: headersOf(headers) }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function headersOf(headers: Readonly<Record<string, string>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}
