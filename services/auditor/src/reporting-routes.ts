import { type Access, keyGate, userOf } from '@watchword/access'
import type { Clickhouse } from '@watchword/clickhouse'
import { publicAssessmentSchema } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { type HttpServer, pageSchema, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { readAssessment, wouldBeStored } from './assessments.ts'
import type { AuditSink } from './audit-sink.ts'
import { readTimeline } from './timeline.ts'

export type ReportingDeps = Readonly<{
  access: Access
  log: EventLog
  client: Clickhouse
  sink: AuditSink
  freshWithinMs: number
}>

const item = Type.Object({
  time: Type.String(),
  topic: Type.String(),
  type: Type.String(),
  id: Type.String(),
  app: Type.String(),
  session: Type.String(),
  position: Type.String(),
  data: Type.Unknown(),
})

const timelinePage = Type.Object(
  {
    items: Type.Array(item),
    next: Type.Optional(Type.String()),
    fresh: Type.Boolean({ description: 'Whether everything acknowledged before the call is in it.' }),
  },
  { description: 'A page of the timeline.' },
)

/** `GET /v1/users/{user}/timeline` and `GET /v1/assessments/{id}`: scope `report`; they wait a moment for what was acknowledged before the call. */
export function registerReportingRoutes(
  server: HttpServer,
  { access, log, client, sink, freshWithinMs }: ReportingDeps,
): void {
  const { security, onRequest, whoOf } = keyGate(access, 'report')
  server.get(
    '/v1/users/:user/timeline',
    {
      schema: {
        summary: 'What happened to a user, newest first, paged.',
        security,
        params: Type.Object({ user: Type.String({ minLength: 1, maxLength: 256 }) }),
        querystring: pageSchema,
        response: { 200: timelinePage },
        documentation: { problems: ['invalid', 'log-unavailable', 'store-unavailable'] },
      },
      onRequest,
    },
    async (request) => {
      const { tenant } = whoOf(request)
      const user = userOf(request.params.user, '/path/user', access.userNamesOf(tenant))
      const fresh = await sink.caughtUp(freshWithinMs)
      return { ...(await readTimeline(client, { tenant, user }, request.query)), fresh }
    },
  )

  server.get(
    '/v1/assessments/:id',
    {
      schema: {
        summary: 'One assessment with its explanation.',
        security,
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }),
        documentation: {
          answers: { 200: { description: 'The assessment.', body: publicAssessmentSchema } },
          problems: ['not-found', 'invalid', 'log-unavailable', 'catching-up', 'store-unavailable'],
        },
      },
      onRequest,
    },
    async (request) => {
      const { tenant } = whoOf(request)
      const { id } = request.params
      const read = () => readAssessment(client, tenant, id)
      const fresh = await sink.caughtUp(freshWithinMs)
      const found = await read()
      if (found !== undefined) return found
      // What was acknowledged before the call may be among what is not stored yet, or, where another replica stores, what is not known to be.
      if (!fresh && !(await wouldBeStored(id, { log, client }))) throw problem('catching-up')
      const meanwhile = fresh ? undefined : await read()
      if (meanwhile !== undefined) return meanwhile
      throw problem('not-found', { detail: 'There is no such assessment.' })
    },
  )
}
