import type { Access } from '@watchword/access'
import { type HttpServer, traceparentOf } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { Accept } from './acceptance.ts'
import { activitySchema } from './activity-schema.ts'
import { answer } from './answer.ts'
import type { AssessmentWaits } from './assessment-waits.ts'
import { waitSeconds } from './prefer.ts'
import { type ActivityMediaType, activityMediaTypes, readBody } from './read-body.ts'
import type { Submitted } from './submission.ts'

export type ActivitiesRouteDeps = Readonly<{ access: Access; accept: Accept; waits: Pick<AssessmentWaits, 'open'> }>

const bodyBytesMax = 1_048_576

const resultsSchema = Type.Object({
  results: Type.Array(
    Type.Object(
      {
        id: Type.Union([Type.String(), Type.Null()]),
        status: Type.Enum(['accepted', 'duplicate', 'rejected']),
      },
      { additionalProperties: true, description: 'With a problem when rejected, with an assessment when waited for' },
    ),
  ),
})

const documentation = {
  summary: 'Record what users did',
  description:
    'One activity, a JSON array, NDJSON, or CloudEvents (structured or batch). 202 when every accepted activity is durable; with Prefer: wait=N, 200 with the assessments.',
  consumes: [...activityMediaTypes],
  body: Type.Union([activitySchema, Type.Array(activitySchema, { maxItems: 1_000 })]),
  response: { 200: resultsSchema, 202: resultsSchema },
}

/** `POST /v1/activities`. */
export async function registerActivitiesRoute(server: HttpServer, deps: ActivitiesRouteDeps): Promise<void> {
  const { access, accept, waits } = deps
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
        schema: documentation,
        validatorCompiler: () => (value) => ({ value }),
        // Results carry problems and assessments, whose members the schema does not list.
        serializerCompiler: () => (value) => JSON.stringify(value),
        // Nobody's body is read before he has shown a key.
        onRequest: async (request) => {
          access.authenticate(request.headers.authorization, 'ingest')
        },
      },
      async (request, reply) => {
        const caller = access.authenticate(request.headers.authorization, 'ingest')
        const { form, items } = request.body as unknown as Submitted
        const seconds = waitSeconds(request.headers['prefer'])
        return answer(reply, form, seconds, waits, () => accept(caller, items, traceparentOf(request)))
      },
    )
  })
}
