import { LogError } from '@watchword/event-log'
import type { ProblemCode } from './problem-catalogue.ts'
import { ProblemError, type ProblemFault, problem } from './problem.ts'
import { isRequestFaults } from './request-validator.ts'

const codesByFrameworkCode: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_NOT_FOUND: 'not-found',
  FST_ERR_HANDLER_TIMEOUT: 'timed-out',
}

const codesByStatus: Readonly<Record<number, ProblemCode>> = {
  401: 'invalid-credentials',
  403: 'wrong-tenant',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  408: 'request-timeout',
  409: 'conflict',
  410: 'expired',
  413: 'payload-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  417: 'expectation-failed',
  422: 'invalid',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'unavailable',
}

const detailsByFrameworkCode: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty although the content type says JSON.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as content-length says.',
  FST_ERR_BAD_URL: 'The address cannot be decoded.',
  FST_ERR_MAX_PARAM_LENGTH: 'A segment of the address is too long.',
}

/** Turns whatever was thrown into a problem; what nobody foresaw is `internal` and keeps its message to itself. */
export function problemOfError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (isRequestFaults(error)) return problemOfFaults(error.part, error.faults)
  if (error instanceof LogError && !isOurs(error)) return problem('log-unavailable', { cause: error })
  const { code, statusCode } = error instanceof Error ? (error as { code?: unknown; statusCode?: unknown }) : {}
  const frameworkCode = typeof code === 'string' ? code : ''
  const status = typeof statusCode === 'number' ? statusCode : 500
  const detail = detailsByFrameworkCode[frameworkCode]
  return problem(codesByFrameworkCode[frameworkCode] ?? codeOfStatus(status), {
    cause: error,
    ...(detail === undefined ? {} : { detail }),
  })
}

/** A record that no log would take is a fault of the writer, and no better when it is repeated. */
function isOurs({ code }: LogError): boolean {
  return code === 'record-invalid' || code === 'unknown-topic'
}

function codeOfStatus(status: number): ProblemCode {
  const known = codesByStatus[status]
  if (known !== undefined) return known
  return status >= 400 && status < 500 ? 'malformed' : 'internal'
}

// A body that parses but breaks its schema is "well-formed but invalid"; the rest of a request has no such
// difference, so a wrong parameter is malformed.
function problemOfFaults(part: string, errors: readonly ProblemFault[]): ProblemError {
  return part === 'body' ? problem('invalid', { errors }) : problem('malformed', { errors })
}
