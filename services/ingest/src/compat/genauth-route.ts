import type { Access } from '@watchword/access'
import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { Accept } from '../activities/acceptance.ts'
import { activitiesGate, urgencyOf } from '../activities/activities-gate.ts'
import { answer } from '../activities/answer.ts'
import type { AssessmentWaits } from '../activities/assessment-waits.ts'
import { jsonBytes } from '../activities/json-bytes.ts'
import { resultsDocumentation } from '../activities/results-documentation.ts'
import { batch, bodyBytesMax, isPlainObject, type Submission, type Submitted } from '../activities/submission.ts'
import { secretRefused } from '../activities/secret-names.ts'
import type { Shedding } from '../shedding/shedding.ts'
import { genauthActivity, genauthSecrets, originOf } from './genauth-activity.ts'

export type GenauthRouteDeps = Readonly<{
  access: Access
  accept: Accept
  waits: Pick<AssessmentWaits, 'open'>
  shedding: Pick<Shedding, 'askUnread'>
}>

const uebaSchema = Type.Object(
  { originalIdentity: Type.String(), requestDate: Type.Optional(Type.String()), ua: Type.Optional(Type.String()) },
  { additionalProperties: true, title: 'UEBA object of GenAuth' },
)

/** `POST /v1/compat/genauth/capture`: a UEBA object, an array of them, or `{data}` as GenAuth's SDK sends it. */
export function registerGenauthRoute(server: HttpServer, deps: GenauthRouteDeps): void {
  const { access, accept, waits, shedding } = deps
  const { security, onRequest, whoOf } = activitiesGate(access, shedding)
  server.post(
    '/v1/compat/genauth/capture',
    {
      bodyLimit: bodyBytesMax,
      schema: {
        summary: "Records an event in the names of GenAuth's UEBA object.",
        security,
        body: Type.Union([uebaSchema, Type.Array(uebaSchema)]),
        documentation: resultsDocumentation,
      },
      validatorCompiler: () => (value) => ({ value }),
      onRequest,
    },
    async (request, reply) => {
      const caller = whoOf(request)
      const { form, items } = submittedOf(request.body)
      const urgency = urgencyOf(request)
      return answer(reply, form, urgency.waitSeconds, waits, () =>
        accept(caller, items, traceparentOf(request), urgency),
      )
    },
  )
}

function submittedOf(body: unknown): Submitted {
  const content = isPlainObject(body) && 'data' in body && !('originalIdentity' in body) ? body['data'] : body
  if (!Array.isArray(content)) return { form: 'single', items: [() => submissionOf(content)] }
  return batch(content, submissionOf)
}

function submissionOf(ueba: unknown): Submission {
  const secrets = genauthSecrets(ueba)
  if (secrets.length > 0) return { ...secretRefused(secrets), id: null }
  if (!isPlainObject(ueba)) return refused('must be a UEBA object')
  const bytes = jsonBytes(ueba)
  if (bytes === undefined) return refused('is nested too deep')
  const mapped = genauthActivity(ueba)
  return { ok: true, value: mapped.value, bytes: () => bytes, originOf: (pointer) => originOf(mapped, pointer) }
}

function refused(detail: string): Submission {
  return { ok: false, id: null, problem: problem('invalid', { errors: [{ pointer: '', detail }] }) }
}
