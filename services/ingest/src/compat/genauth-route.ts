import type { Access } from '@watchword/access'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { Accept } from '../activities/acceptance.ts'
import { answer } from '../activities/answer.ts'
import type { AssessmentWaits } from '../activities/assessment-waits.ts'
import { waitSeconds } from '../activities/prefer.ts'
import { isPlainObject, type Submission, type Submitted } from '../activities/submission.ts'
import { genauthActivity, genauthSecrets, originOf } from './genauth-activity.ts'

export type GenauthRouteDeps = Readonly<{ access: Access; accept: Accept; waits: Pick<AssessmentWaits, 'open'> }>

const bodyBytesMax = 1_048_576
const activitiesMax = 1_000

const uebaSchema = Type.Object(
  { originalIdentity: Type.String(), requestDate: Type.Optional(Type.String()), ua: Type.Optional(Type.String()) },
  { additionalProperties: true, title: 'UEBA object of GenAuth' },
)

/** `POST /v1/compat/genauth/capture`: a UEBA object, an array of them, or `{data}` as GenAuth's SDK sends it. */
export function registerGenauthRoute(server: HttpServer, { access, accept, waits }: GenauthRouteDeps): void {
  server.post(
    '/v1/compat/genauth/capture',
    {
      bodyLimit: bodyBytesMax,
      schema: {
        summary: 'Record what users did, in the words of GenAuth',
        body: Type.Union([uebaSchema, Type.Array(uebaSchema)]),
      },
      validatorCompiler: () => (value) => ({ value }),
      onRequest: async (request) => {
        access.authenticate(request.headers.authorization, 'ingest')
      },
    },
    async (request, reply) => {
      const caller = access.authenticate(request.headers.authorization, 'ingest')
      const { form, items } = submittedOf(request.body)
      return answer(reply, form, waitSeconds(request.headers['prefer']), waits, () =>
        accept(caller, items, traceparentOf(request)),
      )
    },
  )
}

function submittedOf(body: unknown): Submitted {
  const content = isPlainObject(body) && 'data' in body && !('originalIdentity' in body) ? body['data'] : body
  if (!Array.isArray(content)) return { form: 'single', items: [submissionOf(content)] }
  if (content.length > activitiesMax)
    throw problem('payload-too-large', { detail: `A request holds at most ${activitiesMax} activities.` })
  return { form: 'batch', items: content.map(submissionOf) }
}

function submissionOf(ueba: unknown): Submission {
  const secrets = genauthSecrets(ueba)
  if (secrets.length > 0) {
    const errors = secrets.map((pointer) => ({ pointer, detail: 'says that it holds a secret: it is not stored' }))
    return { ok: false, id: null, problem: problem('secret-refused', { errors }) }
  }
  if (!isPlainObject(ueba)) {
    const errors = [{ pointer: '', detail: 'must be a UEBA object' }]
    return { ok: false, id: null, problem: problem('invalid', { errors }) }
  }
  const mapped = genauthActivity(ueba)
  const bytes = Buffer.byteLength(JSON.stringify(ueba))
  return { ok: true, value: mapped.value, bytes, originOf: (pointer) => originOf(mapped, pointer) }
}
