import { type ProblemCode, type ProblemKind, problemCatalogue } from './problem-catalogue.ts'

/** One fault of a request: where (a JSON pointer) and what. */
export type ProblemFault = { readonly pointer: string; readonly detail: string }

/** What the thrower of a problem adds to its code; all of it is public, so no secret and no value of the request. */
export type ProblemOptions = {
  readonly detail?: string
  readonly errors?: readonly ProblemFault[]
  readonly headers?: Readonly<Record<string, string>>
  /** Extension members of the body (RFC 9457 section 3.2), such as `attemptsLeft`; they never replace a standard one. */
  readonly extensions?: Readonly<Record<string, unknown>>
  /** The internal reason: logged, never sent. */
  readonly cause?: unknown
  /** What can wait is told to come later, as it should be where there is too much: no fault of the service. */
  readonly isShed?: true
}

/** The body of an `application/problem+json` answer. */
export type ProblemBody = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly instance?: string
  readonly errors?: readonly ProblemFault[]
  readonly [extension: string]: unknown
}

/** An answer that is not a success, as an exception; made by `problem`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly ProblemFault[] | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, unknown>>
  readonly isShed: boolean

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const kind: ProblemKind = problemCatalogue[code]
    super(options.detail ?? kind.title, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = kind.status
    this.title = kind.title
    this.detail = options.detail
    this.errors = options.errors
    this.headers = { ...headersOf(kind), ...lowerCased(options.headers ?? {}) }
    this.extensions = options.extensions ?? {}
    this.isShed = options.isShed ?? false
  }
}

/** Makes the problem `code` of the catalogue, to be thrown or sent. */
export function problem(code: ProblemCode, options: ProblemOptions = {}): ProblemError {
  return new ProblemError(code, options)
}

/** The RFC 9457 body of a problem; `instance` is a reference to this one occurrence. */
export function problemBody(error: ProblemError, instance?: string): ProblemBody {
  return {
    ...error.extensions,
    type: `/problems/${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(instance === undefined ? {} : { instance }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  }
}

function headersOf(kind: ProblemKind): Record<string, string> {
  return {
    ...(kind.retryAfterSeconds === undefined ? {} : { 'retry-after': String(kind.retryAfterSeconds) }),
    ...(kind.challenge === undefined ? {} : { 'www-authenticate': kind.challenge }),
    ...(kind.upgrade === undefined ? {} : { upgrade: kind.upgrade }),
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
