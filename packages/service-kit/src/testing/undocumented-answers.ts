import { isDeepStrictEqual } from 'node:util'
import type { FastifySchema } from 'fastify'
import { Value } from 'typebox/value'
import type { HttpServer } from '../http-server-type.ts'
import { problemsOf, type RouteAnswer } from '../route-documentation.ts'

type Answer = Readonly<{ status: number; text: string; mediaType: string; headers: readonly string[] }>

// Any answer may carry these, or the framework adds them.
const generalHeaders =
  /^(content-(type|length)|cache-control|connection|x-request-id|vary|allow|access-control-[a-z-]+)$/
const problemHeaders = /^(www-authenticate|retry-after|upgrade|x-watchword-capability)$/

/**
 * Looks at every answer of the routes registered from now on; gives those that the OpenAPI document does not foresee: a status, a problem,
 * a header, or a body of another shape. A list that stays empty while the tests of a service run says that its document is true.
 */
export function undocumentedAnswers(server: HttpServer): readonly string[] {
  const found: string[] = []
  server.addHook('onSend', async (request, reply, payload) => {
    const { schema = {}, url, method } = request.routeOptions
    if (url === undefined || schema.hide === true) return
    const headers = Object.keys(reply.getHeaders()).filter((name) => !generalHeaders.test(name))
    const text = typeof payload === 'string' ? payload : ''
    const mediaType = String(reply.getHeader('content-type') ?? '').split(';', 1)[0] ?? ''
    for (const fault of faultsOf(schema, { status: reply.statusCode, text, mediaType, headers }))
      found.push(`${String(method)} ${url} answered ${reply.statusCode} ${fault}: ${text.slice(0, 500)}`)
  })
  return found
}

function faultsOf({ response, ...schema }: FastifySchema, answer: Answer): readonly string[] {
  const described = schema.documentation?.answers?.[answer.status]
  if (described !== undefined) return faultsOfDescribed(described, answer)
  const isSerialised = Object.hasOwn(response ?? {}, answer.status)
  return isSerialised ? strangersOf(answer.headers, /^$/) : faultsOfProblem(schema, answer)
}

function faultsOfDescribed({ body, mediaType, alsoAs, headers = {} }: RouteAnswer, answer: Answer): readonly string[] {
  const known = Object.keys(headers).map((name) => RegExp.escape(name))
  const strangers = strangersOf(answer.headers, new RegExp(`^(${known.join('|')})$`, 'i'))
  if (body === undefined) return answer.text === '' ? strangers : [...strangers, 'with a body']
  if (alsoAs !== undefined && answer.mediaType === alsoAs) return strangers
  const value: unknown = mediaType === undefined ? JSON.parse(answer.text) : answer.text
  const cleaned = Value.Clean(body, structuredClone(value))
  const fits = Value.Check(body, value) && isDeepStrictEqual(cleaned, value)
  return fits ? strangers : [...strangers, 'with a body of another shape']
}

function faultsOfProblem(schema: FastifySchema, { text, headers }: Answer): readonly string[] {
  const { code } = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: unknown }
  return problemsOf(schema).some((known) => known === code) ? strangersOf(headers, problemHeaders) : ['undocumented']
}

function strangersOf(headers: readonly string[], known: RegExp): readonly string[] {
  return headers.filter((name) => !known.test(name)).map((name) => `with the header ${name}`)
}
