import type { FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import { type ProblemCode, problemCodes } from './problem-catalogue.ts'

/** One answer that is no problem; `headers` with what they say. */
export type RouteAnswer = Readonly<{
  description: string
  body?: TSchema
  /** Of the body; `application/json` by default. */
  mediaType?: string
  /** Another media type in which the same is answered when it is asked for, as text. */
  alsoAs?: string
  headers?: Readonly<Record<string, string>>
}>

/** What the schemas of a route do not say of it, for its documentation alone: nothing is checked, converted or left out by it, and no request takes longer. */
export type RouteDocumentation = Readonly<{
  /** By status; beside those of `response`, which are also serialised by their schema. */
  answers?: Readonly<Record<number, RouteAnswer>>
  /** Those of the route itself; what any key, parameter or body leads to is known from the schemas. */
  problems?: readonly ProblemCode[]
  /** Headers that the route reads by itself, with what they say. */
  requestHeaders?: Readonly<Record<string, string>>
}>

declare module 'fastify' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- the interface of the framework is added to
  interface FastifySchema {
    documentation?: RouteDocumentation
  }
}

/** Every problem that a route answers with, by code, but those of any request that no route can serve. */
export function problemsOf({ security = [], params, querystring, body, documentation }: FastifySchema): ProblemCode[] {
  const found = new Set<ProblemCode>(documentation?.problems)
  if (security.length > 0) addAll(found, ['missing-credentials', 'invalid-credentials', 'insufficient-scope'])
  if (security.some((way) => 'ticket' in way)) found.add('origin-not-allowed')
  if (params !== undefined || querystring !== undefined) found.add('malformed')
  if (body !== undefined) addAll(found, ['malformed', 'invalid', 'payload-too-large', 'unsupported-media-type'])
  return problemCodes.filter((code) => found.has(code))
}

function addAll(found: Set<ProblemCode>, codes: readonly ProblemCode[]): void {
  for (const code of codes) found.add(code)
}
