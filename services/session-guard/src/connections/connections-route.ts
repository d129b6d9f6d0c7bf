import { type Caller, keyGate, userOf } from '@watchword/access'
import { type HttpServer, problem, traceparentOf, waitSeconds } from '@watchword/service-kit'
import type { UserNames } from '@watchword/user-names'
import type { GuardParts } from '../guard-parts.ts'
import { invalid } from '../http/invalid.ts'
import { isoTime, lockJson } from '../http/lock-json.ts'
import type { Reply } from '../http/reply.ts'
import type { Connection } from './connection-request.ts'
import { type ConnectionBody, connectionSchema, waitSecondsMax } from './connection-schema.ts'
import { type Decided, decideConnection } from './decide-connection.ts'
import { createHeldConnections, type HeldConnections } from './held-connections.ts'

type Held = Readonly<{ timeoutMs: number; signal: AbortSignal; traceparent: string | undefined }>

/** `POST /v1/connections`: whether a client may connect; scope `check`. */
export function registerConnectionsRoute(app: HttpServer, parts: GuardParts): void {
  const { access, config } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'check')
  const held = createHeldConnections({ heldMax: config.commandsWaitingMax }, parts)
  app.addHook('preClose', async () => held.release())

  app.post('/v1/connections', { schema: { ...connectionSchema, security }, onRequest }, async (request, reply) => {
    const caller = whoOf(request)
    const connection = connectionOf(request.body, request.headers['client-cert'], access.userNamesOf(caller.tenant))
    const timeoutMs = 1_000 * (waitSeconds(request.headers['prefer'], waitSecondsMax) ?? 0)
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const waiting = { timeoutMs, signal: gone.signal, traceparent: traceparentOf(request) }
    const answer = replyOf(await connect(parts, held, caller, connection, waiting))
    return reply
      .code(answer.status)
      .headers({ 'cache-control': 'no-store', ...answer.headers })
      .send(answer.body)
  })
}

/** Decides again whenever the lock that it waits for is gone: what let somebody connect holds at the moment that they do. */
async function connect(
  parts: GuardParts,
  held: HeldConnections,
  caller: Caller,
  connection: Connection,
  { timeoutMs, signal, traceparent }: Held,
): Promise<Decided> {
  const { clock } = parts
  const { tenant } = caller
  const { user } = connection
  const until = clock.now() + timeoutMs
  for (;;) {
    const decision = await decideConnection(parts, caller, connection, traceparent)
    const { outcome, lock } = decision.admission
    if (outcome !== 'pending' || lock === null) return decision
    if (!(await held.untilOpened({ tenant, user, lock }, until - clock.now(), signal))) return decision
  }
}

function connectionOf(
  body: ConnectionBody,
  certificate: string | readonly string[] | undefined,
  names: UserNames,
): Connection {
  const { client, user, session, device = null, groups = null, resource, signIn, reachable } = body
  const subject = { user: userOf(user, '/user', names), session, device, groups, resource, reachable }
  if (client === 'always-on') {
    if (signIn !== undefined) throw invalid('/signIn', 'is of an interactive client')
    return { ...subject, client, certificate: typeof certificate === 'string' ? certificate : undefined }
  }
  if (signIn === undefined) throw invalid('/signIn', 'is required for an interactive client')
  return { ...subject, client, signIn }
}

function replyOf({ admission, lock }: Decided): Reply {
  const { outcome, because, resourceClass, requirement, level, verifiedUntil, fault } = admission
  // What is wrong with a certificate is for its owner to find in the records, and for nobody who tries one.
  if (outcome === 'refused')
    throw problem('not-admitted', { extensions: { because: fault === null ? because : 'credentials-rejected' } })
  const secondFactor = { status: requirement, ...(level === null ? {} : { level }) }
  const decided = { outcome, because, resourceClass, secondFactor }
  if (outcome === 'admitted') {
    const until = verifiedUntil === null ? {} : { verifiedUntil: isoTime(verifiedUntil) }
    return { status: 200, body: { ...decided, ...until } }
  }
  // Gone between the fold's word and this one: the next attempt finds it so.
  if (lock === null) throw problem('timed-out')
  return { status: 202, headers: { 'retry-after': '1' }, body: { ...decided, lock: lockJson(lock) } }
}
