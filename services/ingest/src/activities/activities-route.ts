import type { Access } from '@watchword/access'
import { type HttpServer, traceparentOf } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { Shedding } from '../shedding/shedding.ts'
import type { Accept } from './acceptance.ts'
import { activitiesGate, urgencyOf } from './activities-gate.ts'
import { activitySchema } from './activity-schema.ts'
import { answer } from './answer.ts'
import type { AssessmentWaits } from './assessment-waits.ts'
import { type ActivityMediaType, activityMediaTypes, readBody } from './read-body.ts'
import { resultsDocumentation } from './results-documentation.ts'
import { activitiesMax, bodyBytesMax, type Submitted } from './submission.ts'

export type ActivitiesRouteDeps = Readonly<{
  access: Access
  accept: Accept
  waits: Pick<AssessmentWaits, 'open'>
  shedding: Pick<Shedding, 'askUnread'>
}>

const schema = {
  summary:
    'Records what users did: one activity, an array, NDJSON or CloudEvents. 202 when all accepted ones are durable; with `Prefer: wait=N`, 200 with assessments.',
  consumes: [...activityMediaTypes],
  body: Type.Union([activitySchema, Type.Array(activitySchema, { maxItems: activitiesMax })]),
  documentation: resultsDocumentation,
}

/** `POST /v1/activities`. */
export async function registerActivitiesRoute(server: HttpServer, deps: ActivitiesRouteDeps): Promise<void> {
  const { access, accept, waits, shedding } = deps
  const { security, onRequest, whoOf } = activitiesGate(access, shedding)
  await server.register(async (scope: HttpServer) => {
    // The bytes are read by `readBody`: one fault in a batch must not refuse the others.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser([...activityMediaTypes], { parseAs: 'buffer' }, (request, body, done) => {
      const mediaType = String(request.headers['content-type']).split(';')[0]?.trim().toLowerCase()
      try {
        done(null, readBody(Buffer.from(body), mediaType as ActivityMediaType))
      } catch (error) {
        done(error as Error)
      }
    })
    scope.post(
      '/v1/activities',
      {
        bodyLimit: bodyBytesMax,
        schema: { ...schema, security },
        validatorCompiler: () => (value) => ({ value }),
        onRequest,
      },
      async (request, reply) => {
        const caller = whoOf(request)
        const { form, items } = request.body as unknown as Submitted
        const urgency = urgencyOf(request)
        return answer(reply, form, urgency.waitSeconds, waits, () =>
          accept(caller, items, traceparentOf(request), urgency),
        )
      },
    )
  })
}
