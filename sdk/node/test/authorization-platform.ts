import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type ProtocolServer, type SeenRequest, startProtocolServer } from './protocol-server.ts'

type Asked = {
  readonly user: string
  readonly session: string
  readonly action: { readonly type: string; readonly resource: string; readonly parameters: unknown }
}
type Kept = Asked & { status: 'pending' | 'approved' | 'denied' | 'consumed' | 'expired' }
type Body = { readonly parameters?: unknown; readonly session?: string; readonly answer?: string }

/** A platform that keeps authorizations as the public interface says: asked for, approved, used once and only with the same parameters. */
export type AuthorizationPlatform = ProtocolServer & {
  readonly kept: Map<string, Kept>
  /** How often each one was really used. */
  readonly used: string[]
  /** Approves or refuses everything that is asked for, at once or after so many looks. */
  approveAfterLooks: number | undefined
  /** The answer to this many uses is lost on the way, after it was given. */
  loseAnswers: number
  /** This many uses are written, and answered with 503. */
  lateAnswers: number
}

/** Why one that is not approved is not used. */
const codes = {
  pending: 'approval-pending',
  denied: 'approval-denied',
  consumed: 'already-consumed',
  expired: 'expired',
}
const problem = (status: number, code: string) => ({ status, body: { type: `/problems/${code}`, status, code } })

/** Starts one that approves nothing by itself. */
export const startAuthorizationPlatform = async (): Promise<AuthorizationPlatform> => {
  const kept = new Map<string, Kept>()
  const used: string[] = []
  const firstAnswers = new Map<string, ReturnType<typeof problem>>()
  let looks = 0

  const consume = (id: string, one: Kept, { parameters, session }: Body) => {
    if (one.status === 'pending' && platform.approveAfterLooks !== undefined && looks++ >= platform.approveAfterLooks) {
      one.status = 'approved'
    }
    if (!isDeepStrictEqual(parameters, one.action.parameters) || (session !== undefined && session !== one.session)) {
      return problem(409, 'parameters-changed')
    }
    if (one.status !== 'approved') return problem(one.status === 'expired' ? 410 : 409, codes[one.status])
    one.status = 'consumed'
    used.push(id)
    return { status: 200, body: { id, status: 'consumed' } as never }
  }

  const answer = (request: SeenRequest) => {
    const [, , , id, verb] = request.url.split('/')
    const body = JSON.parse(request.body) as Asked & Body
    if (id === undefined) {
      const made = randomUUID()
      kept.set(made, { ...body, status: 'pending' })
      const parametersHash = createHash('sha256').update(JSON.stringify(body.action.parameters)).digest('base64url')
      return { status: 201, body: { id: made, status: 'pending', parametersHash, number: '42' } }
    }
    const one = kept.get(decodeURIComponent(id))
    if (one === undefined) return problem(404, 'not-found')
    if (verb === 'approvals') {
      one.status = body.answer === 'deny' ? 'denied' : 'approved'
      return { status: 200, body: { id, status: one.status } }
    }
    const key = String(request.headers['idempotency-key'])
    const said = firstAnswers.get(key) ?? consume(id, one, body)
    firstAnswers.set(key, said)
    if (platform.lateAnswers-- > 0) return problem(503, 'timed-out')
    return platform.loseAnswers-- > 0 ? undefined : said
  }

  const platform: AuthorizationPlatform = {
    ...(await startProtocolServer({ answer })),
    kept,
    used,
    approveAfterLooks: undefined,
    loseAnswers: 0,
    lateAnswers: 0,
  }
  return platform
}
