import { publicAssessmentSchema } from '@watchword/contracts'
import { problemSchema, type RouteDocumentation } from '@watchword/service-kit'
import { Type } from 'typebox'

const body = Type.Object({
  results: Type.Array(
    Type.Object({
      id: Type.Union([Type.String(), Type.Null()]),
      status: Type.Enum(['accepted', 'duplicate', 'rejected']),
      problem: Type.Optional(problemSchema),
      assessment: Type.Optional(publicAssessmentSchema),
    }),
    { description: 'In the order of the request; a `problem` when rejected, an `assessment` when waited for.' },
  ),
})

const headers = { 'Preference-Applied': 'How long was waited at most, if `Prefer` asked for it.' }

/** What the routes answer that take activities in. */
export const resultsDocumentation: RouteDocumentation = {
  requestHeaders: {
    Prefer: '`wait=N` (RFC 7240) asks to wait N seconds, at most 10, for the assessments.',
    Priority:
      '`u=7` (RFC 9218: background) says that the whole request can wait: when there is too much, it may be refused with 503 `overloaded` before its body is read. Without effect beside `Prefer: wait`.',
  },
  answers: {
    200: { description: 'As 202, with the assessments.', body, headers },
    202: { description: 'Every accepted activity is durable in the log.', body, headers },
  },
  problems: ['secret-refused', 'log-unavailable', 'overloaded'],
}
