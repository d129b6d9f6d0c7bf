import { code, generatedPage, markdownTable } from './markdown.ts'

/** An operation of an OpenAPI document as far as the generators look into it. */
export type Operation = Readonly<{
  summary?: string
  security?: readonly Readonly<Record<string, readonly string[]>>[]
  responses: Readonly<Record<string, Readonly<{ description?: string }>>>
}>

/** An OpenAPI document as far as the generators look into it. */
export type OpenApi = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>

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
    Object.entries(methods).map(([method, { summary = '', security = [] }]) => [
      code(`${method.toUpperCase()} ${path}`),
      whoMay(security),
      summary,
    ]),
  )
  return generatedPage('HTTP', 'the routes of a running platform', [
    introduction,
    markdownTable(['Route', 'Who may', 'Does'], rows),
  ])
}

/** The scopes of a key that open a route, and the purposes of a ticket; a capability is good for what its ticket was. */
function whoMay(security: NonNullable<Operation['security']>): string {
  if (security.length === 0) return 'anyone'
  const named = (scheme: string): string =>
    security
      .flatMap((way) => way[scheme] ?? [])
      .map(code)
      .join(' or ')
  const ways = [
    named('key'),
    withText('', named('proxyKey'), ' as `X-Watchword-Key`'),
    security.some((way) => 'appToken' in way) ? 'a token of an issuer of the app' : '',
    withText('a ticket for ', named('ticket'), ''),
    security.some((way) => 'reportTicket' in way) ? 'the ticket of a notification' : '',
  ]
  return ways.filter((way) => way !== '').join(', or ')
}

function withText(before: string, names: string, after: string): string {
  return names === '' ? '' : `${before}${names}${after}`
}

function byName([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number {
  return first < second ? -1 : 1
}
