import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import { whyClosed, whyNotApprover } from '@watchword/session-lock'
import { isOver } from '../factors/factor-access.ts'
import type { GuardParts } from '../guard-parts.ts'
import { refusalOf } from '../http/refusal.ts'
import { type Reply, withHeaders } from '../http/reply.ts'
import { type Admission } from '../tickets/callers.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { presenterGate } from '../tickets/presenter-gate.ts'
import { answerApproval } from './answer-approval.ts'
import { approvalChallenge } from './approval-challenge.ts'
import { recalledApproval } from './approval-reply.ts'
import { approvalsSchema } from './approvals-schema.ts'
import type { AskedApproval } from './asked-approval.ts'
import { approverOf } from './approver.ts'
import { authorizationJson } from './authorization-json.ts'
import { readSchema } from './authorization-schemas.ts'
import { foundAuthorization } from './found-authorization.ts'

const approving: Admission = { scopes: ['authorize'], purposes: ['challenge'] }
const onePath = '/v1/authorizations/:id'
const approvalsPath = '/v1/authorizations/:id/approvals'

/** What approvers do, through their app's backend or from a page: `GET /v1/authorizations/{id}` and `POST …/approvals`. */
export function registerApprovalRoutes(scope: HttpServer, parts: GuardParts): void {
  const { access, callers, view, clock, idempotency } = parts
  registerPreflight(scope, onePath, ['GET'])
  registerPreflight(scope, approvalsPath, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, approving)

  scope.get(onePath, { schema: { ...readSchema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const authorization = await foundAuthorization(parts, presenter, request.params.id)
    return reply.header('cache-control', 'no-store').send(authorizationJson(authorization, clock.now()))
  })

  scope.post(approvalsPath, { schema: { ...approvalsSchema, security }, onRequest }, async (request, reply) => {
    const { presenter, credential, use } = whoOf(request)
    const { tenant } = presenter
    const { body } = request
    const approver = approverOf(access, presenter, body)

    async function answer(commandId: string): Promise<Reply> {
      if (isOver(view, presenter)) throw problem('locked')
      const authorization = await foundAuthorization(parts, presenter, request.params.id)
      const origin = { commandId, traceparent: traceparentOf(request) }
      const asked = { tenant, authorization, approver, body }
      return body.challenge === undefined && body.answer !== 'deny'
        ? challenge(parts, asked)
        : answerApproval(parts, asked, origin)
    }

    const identity = { tenant, caller: credential, route: approvalsPath }
    const said = await idempotency.answer(identity, request, {
      perform: async (commandId) => withHeaders(await use(commandId), () => answer(commandId)),
      recall: (commandId) => recalledApproval(parts, { tenant, approver: approver.user, commandId }),
    })
    return reply
      .code(said.status)
      .headers({ 'cache-control': 'no-store', ...said.headers })
      .send(said.body)
  })
}

function challenge(parts: GuardParts, { tenant, authorization, approver, body }: AskedApproval): Reply {
  // Here too, so that nobody spends a code on what the fold will refuse.
  const now = parts.clock.now()
  const refusal = whyClosed(authorization, now) ?? whyNotApprover(authorization, approver)
  if (refusal !== null) throw refusalOf({ command: 'AnswerApproval', refusal, retryAt: null }, now)
  return approvalChallenge(parts, tenant, authorization, approver, body.factor)
}
