import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { createDemoBank } from '../src/index.ts'
import { timeStepAt, totpOf } from './totp.ts'

const key = 'ww_stand_in'
const issuer = 'urn:watchword:session-guard'
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

type Lock = { id: string; version: number; session: string; agent: string; attemptsLeft: number }
type Person = { seq: number; agents: Set<string>; locks: Lock[]; ended: string[]; active: boolean; lastStep: number }

/** A platform of one process and no memory, speaking the public protocol, with the bank on the same port. */
export type StandIn = { readonly url: string; readonly close: () => Promise<void> }

/** Judges by one rule: another browser, within a session or than ever before, is HIGH. What the real one decides is not the bank's business. */
export const startStandIn = async (): Promise<StandIn> => {
  const server = Fastify({ forceCloseConnections: true })
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const people = new Map<string, Person>()
  const tickets = new Map<string, { user: string; session: string; agent: string }>()
  const challenges = new Map<string, Lock & { user: string }>()
  const agents = new Map<string, string>()
  const assessments: Readonly<Record<'activity' | 'type' | 'time' | 'user', string | undefined>>[] = []
  const sockets = new Map<WebSocket, string>()

  const personOf = (user: string): Person => {
    const known = people.get(user)
    if (known !== undefined) return known
    const made: Person = { seq: 0, agents: new Set(), locks: [], ended: [], active: false, lastStep: 0 }
    people.set(user, made)
    return made
  }
  const lockJson = ({ id, version, session }: Lock) => ({
    id,
    version,
    scope: 'session',
    session,
    level: 'HIGH',
    reasonUser: { en: 'We noticed your session in another browser.' },
    factors: ['totp'],
    since: new Date().toISOString(),
    challengeUri: `/v1/locks/${id}/challenges`,
  })
  const stateOf = (user: string) => {
    const { seq, locks, ended } = personOf(user)
    return {
      type: 'state',
      seq,
      user,
      mfaVerified: locks.length === 0,
      locks: locks.map(lockJson),
      endedSessions: ended,
    }
  }
  const push = (user: string): void => {
    personOf(user).seq++
    for (const [socket, about] of sockets) {
      if (about === user || about === '*') socket.send(JSON.stringify(stateOf(user)))
    }
  }
  const problem = (reply: FastifyReply, status: number, code: string, more: object = {}) =>
    reply
      .code(status)
      .type('application/problem+json')
      .send({ type: `/problems/${code}`, status, code, ...more })
  const callerOf = (request: FastifyRequest, reply: FastifyReply) => {
    const capability = request.headers['x-watchword-capability']
    const ticket = request.headers.authorization?.replace('Ticket ', '') ?? ''
    const known = tickets.get(typeof capability === 'string' ? capability : ticket)
    if (typeof capability !== 'string') {
      tickets.delete(ticket)
      if (known !== undefined) tickets.set(`wwc_${ticket}`, known)
      reply.header('x-watchword-capability', `wwc_${ticket}`)
    }
    return known
  }

  server.post('/v1/activities', async (request, reply) => {
    const given = request.body as Record<string, string> | Record<string, string>[]
    if (Array.isArray(given)) {
      return reply.code(202).send({ results: given.map(({ id }) => ({ id, status: 'accepted' })) })
    }
    const { id, user = '', session = '', type, userAgent = '' } = given
    const person = personOf(user)
    const started = agents.get(session)
    if (started === undefined) agents.set(session, userAgent)
    const isNew = type === 'login' && person.agents.size > 0 && !person.agents.has(userAgent)
    const isStrange = isNew || (started !== undefined && started !== userAgent)
    if (type === 'login' && !isStrange) person.agents.add(userAgent)
    if (isStrange) {
      person.locks.push({ id: `l-${randomUUID()}`, version: 1, session, agent: userAgent, attemptsLeft: 5 })
      push(user)
    }
    const assessment = {
      id: `a-${assessments.length}`,
      activity: id,
      type,
      user,
      time: new Date().toISOString(),
      score: isStrange ? 95 : 3,
      level: isStrange ? 'HIGH' : 'LOW',
      decision: isStrange ? 'step-up' : 'allow',
      signals: isStrange
        ? [
            { code: 'session.agent-changed', points: 55 },
            { code: 'country.unknown', points: 20 },
          ]
        : [],
      reasonUser: {},
    }
    assessments.unshift(assessment)
    return { results: [{ id, status: 'accepted', assessment }] }
  })
  server.post('/v1/tickets', async (request, reply) => {
    const { user, session, context } = request.body as { user: string; session: string; context: { userAgent: string } }
    const ticket = `wwt_${randomUUID()}`
    tickets.set(ticket, { user, session, agent: context.userAgent })
    return reply.code(201).send({ ticket, expiresAt: new Date(Date.now() + 30_000).toISOString() })
  })
  server.get<{ Params: { user: string } }>('/v1/users/:user/timeline', async (request) => ({
    items: assessments
      .filter(({ user }) => user === request.params.user)
      .flatMap((data) => {
        const { time, activity, type } = data
        return [
          { time, topic: 'watchword.assessment.v1', type: 'assessment', data },
          { time, topic: 'watchword.activity.v1', type: 'activity', data: { body: { data: { id: activity, type } } } },
        ]
      }),
  }))
  server.get<{ Params: { user: string } }>('/v1/users/:user/factors', async (request) => ({
    items: personOf(request.params.user).active ? [{ factor: 'f-1', kind: 'totp', status: 'active' }] : [],
  }))
  server.post('/v1/users/:user/factors/totp', async (request, reply) => {
    if (callerOf(request, reply) === undefined) return problem(reply, 401, 'invalid-credentials')
    const svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1h3v3H1zM5 5h3v3H5z'/></svg>"
    const qr = `data:image/svg+xml,${encodeURIComponent(svg)}`
    return { factor: 'f-1', uri: `otpauth://totp/demo?secret=${secret}`, secret, qr }
  })
  const takeCode = (person: Person, code: string): boolean => {
    const now = timeStepAt(Date.now())
    const step = [now - 1, now].find((one) => one > person.lastStep && totpOf(secret, one) === code)
    if (step !== undefined) person.lastStep = step
    return step !== undefined
  }
  server.post<{ Params: { user: string } }>('/v1/users/:user/factors/totp/f-1/confirm', async (request, reply) => {
    const { code } = request.body as { code: string }
    const person = personOf(request.params.user)
    if (callerOf(request, reply) === undefined) return problem(reply, 401, 'invalid-credentials')
    if (!takeCode(person, code)) return problem(reply, 401, 'verification-failed')
    person.active = true
    return { factor: 'f-1', status: 'active' }
  })
  server.get<{ Params: { user: string }; Querystring: { session?: string } }>(
    '/v1/users/:user/status',
    async ({ params: { user }, query: { session } }) => {
      const { locks, ended } = personOf(user)
      const lock = locks.find((one) => session === undefined || one.session === session)
      const isEnded = session !== undefined && ended.includes(session)
      const sessionState = isEnded ? 'ended' : lock === undefined ? 'active' : 'locked'
      const locked = lock !== undefined || isEnded
      return {
        user,
        session,
        mfaVerified: !locked,
        ...(lock === undefined ? {} : { lock: lockJson(lock) }),
        locked,
        sessionState,
        asOf: new Date().toISOString(),
      }
    },
  )
  server.post<{ Params: { lock: string } }>('/v1/locks/:lock/challenges', async (request, reply) => {
    const caller = callerOf(request, reply)
    if (caller === undefined) return problem(reply, 401, 'invalid-credentials')
    const lock = personOf(caller.user).locks.find(({ id }) => id === request.params.lock)
    if (lock === undefined) return problem(reply, 404, 'not-found')
    const challenge = `wwh_${randomUUID()}`
    challenges.set(challenge, Object.assign(lock, { user: caller.user }))
    return { challenge, expiresAt: new Date(Date.now() + 300_000).toISOString() }
  })
  server.post<{ Params: { challenge: string } }>('/v1/challenges/:challenge/responses', async (request, reply) => {
    const caller = callerOf(request, reply)
    if (caller === undefined) return problem(reply, 401, 'invalid-credentials')
    const lock = challenges.get(request.params.challenge)
    if (lock === undefined) return problem(reply, 409, 'stale-challenge')
    const person = personOf(lock.user)
    if (!takeCode(person, (request.body as { code: string }).code)) {
      lock.attemptsLeft--
      return problem(reply, 401, 'verification-failed', { attemptsLeft: lock.attemptsLeft })
    }
    challenges.clear()
    person.locks = person.locks.filter(({ id }) => id !== lock.id)
    const ended = lock.agent !== caller.agent
    if (ended) person.ended.push(lock.session)
    push(lock.user)
    const now = Math.floor(Date.now() / 1_000)
    const claims = {
      iss: issuer,
      aud: 'demo',
      sub: lock.user,
      jti: randomUUID(),
      iat: now,
      exp: now + 300,
      lock_id: lock.id,
    }
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'EdDSA', typ: 'mfa+jwt', kid: 'k1' })}.${part(claims)}`
    const mfaToken = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    return { mfaToken, verifiedUntil: new Date().toISOString(), session: { id: lock.session, ended } }
  })
  server.get('/.well-known/jwks.json', async () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] }))

  const upgrades = new WebSocketServer({
    server: server.server,
    path: '/v1/subscribe',
    handleProtocols: () => 'watchword.v1',
  })
  upgrades.on('connection', (socket) => {
    socket.on('message', (data) => {
      const frame = JSON.parse((data as Buffer).toString('utf8')) as { type: string; id?: number; topic?: string }
      if (frame.type === 'ping') return socket.send(JSON.stringify({ type: 'pong', id: frame.id, ageMs: 0 }))
      const about = decodeURIComponent(frame.topic?.split('=')[1] ?? '')
      sockets.set(socket, about)
      const users = about === '*' ? [...people.keys()] : [about]
      for (const user of users) socket.send(JSON.stringify(stateOf(user)))
      if (about === '*') socket.send(JSON.stringify({ type: 'replica-ready' }))
    })
    socket.on('close', () => sockets.delete(socket))
  })

  const port = await freePort()
  const url = `http://localhost:${port}`
  const bank = createDemoBank({ watchwordUrl: url, publicUrl: url, key, app: 'demo' })
  await bank.routes({ register: (plugin) => server.register(plugin) })
  await server.listen({ host: 'localhost', port })
  return {
    url,
    close: async () => {
      await bank.stop()
      for (const socket of sockets.keys()) socket.terminate()
      await server.close()
    },
  }
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, 'localhost')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
