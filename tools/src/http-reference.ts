import { code, generatedPage, markdownTable } from './markdown.ts'
import { httpOperations } from './http-operations.ts'

/** An OpenAPI document as far as the generators look into it. */
export type OpenApi = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }>

const introduction = `Every path of the platform. Requests and answers in detail: [\`schemas/http/openapi.json\`](../../schemas/http/openapi.json), which a
running platform serves as \`/openapi.json\`. A key is sent as \`Authorization: Bearer ww_<keyId>_<secret>\`; it belongs to one app of one
tenant. Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`: see [failure modes](../failure-modes.md).
Every answer carries \`x-request-id\`; \`traceparent\` is passed on through the log.`

/** The OpenAPI document with its paths in alphabetical order: the order of registration says nothing. */
export function sortedOpenApi(document: OpenApi): OpenApi {
  return { ...document, paths: Object.fromEntries(Object.entries(document.paths).toSorted(byName)) }
}

/** The page on HTTP. */
export function httpReference(document: OpenApi): string {
  const rows = Object.entries(sortedOpenApi(document).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => {
      const route = `${method.toUpperCase()} ${path}`
      const operation = httpOperations[route]
      if (operation === undefined) throw new Error(`tools/src/http-operations.ts does not describe ${route}`)
      return [code(route), operation.who, operation.does]
    }),
  )
  return generatedPage('HTTP', 'the routes of a running platform', [
    introduction,
    markdownTable(['Route', 'Who may', 'Does'], rows),
  ])
}

function byName([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number {
  return first < second ? -1 : 1
}
