import { type Activity, type Assessment, WatchwordError } from '@watchword/node'
import type { FastifyInstance } from 'fastify'
import { BankError } from './bank-error.ts'
import {
  type BankParts,
  deviceCookieOf,
  requireSession,
  sessionOf,
  subjectOf,
  textOf,
  untilHeld,
} from './bank-parts.ts'
import type { BankSession } from './bank-sessions.ts'
import { people } from './people.ts'
import { subjectFacts, vantageOf } from './vantage.ts'

/** Signing in and out, and a new session for whoever proved to be the person. */
export const registerSessionRoutes = (server: FastifyInstance, parts: BankParts): void => {
  const { sessions, cookies, passwords, proofs, watchword } = parts

  server.get('/bank/api/session', async (request) => {
    const session = sessionOf(parts, request)
    return {
      publicUrl: platformFor(parts.config.publicUrl, request.host),
      ...(session === undefined ? {} : { signedIn: publicSession(session) }),
    }
  })

  server.post('/bank/api/login', async (request, reply) => {
    const user = textOf(request.body, 'user', 64).trim().toLowerCase()
    const person = await passwords.check(user, textOf(request.body, 'password', 256))
    if (person === undefined) {
      const known = people.find((one) => one.user === user)
      // Only a failed login of a real customer is a fact about somebody.
      if (known !== undefined) {
        const failed = sessions.begin(known, deviceCookieOf(parts, request, reply))
        const { session: _, ...facts } = subjectFacts(failed, vantageOf(request, known.home))
        report(parts, { ...facts, type: 'login', outcome: 'failed', authentication: { methods: ['pwd'] } })
      }
      throw new BankError('wrong-credentials', 'That user name and password do not go together.')
    }
    const session = sessions.begin(person, deviceCookieOf(parts, request, reply))
    const facts = subjectFacts(session, vantageOf(request, person.home))
    const assessment = await judged(parts, {
      ...facts,
      type: 'login',
      outcome: 'succeeded',
      authentication: { methods: ['pwd'] },
    })
    await begin(parts, session, assessment)
    reply.header('set-cookie', cookies.writeSession(session.secret))
    return { signedIn: publicSession(session), decision: assessment?.decision ?? 'unknown' }
  })

  server.post('/bank/api/logout', async (request, reply) => {
    const session = sessionOf(parts, request)
    if (session !== undefined) {
      report(parts, {
        ...subjectFacts(session, vantageOf(request, session.person.home)),
        type: 'logout',
        outcome: 'succeeded',
      })
      sessions.forget(session)
    }
    reply.header('set-cookie', cookies.clearSession())
    return { signedOut: true }
  })

  server.post('/bank/api/session/renew', async (request, reply) => {
    const old = requireSession(parts, request)
    const proof = textOf(request.body, 'mfaToken', 8_192)
    await proofs.verify(proof, { user: old.person.user, session: old.id, locks: old.asked }).catch(refuseProof)
    const { sessionState } = await watchword().check(subjectOf(old))
    if (sessionState !== 'ended') throw new BankError('session-goes-on', 'Your session goes on as it is.')
    const session = sessions.begin(old.person, deviceCookieOf(parts, request, reply))
    const assessment = await judged(parts, {
      ...subjectFacts(session, vantageOf(request, old.person.home)),
      type: 'login',
      outcome: 'succeeded',
      authentication: { methods: ['pwd', 'otp'] },
    })
    await begin(parts, session, assessment)
    // The old cookie stays known, to whoever holds a copy, as that of an ended session.
    reply.header('set-cookie', cookies.writeSession(session.secret))
    return { signedIn: publicSession(session) }
  })
}

const refuseProof = (cause: unknown): never => {
  if (!(cause instanceof WatchwordError)) throw cause
  if (cause.code === 'invalid-token') throw new BankError('invalid-token', 'This confirmation is not valid.', cause)
  throw new BankError('try-again', 'We cannot check your confirmation now. Please try again.', cause)
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The platform's address for a page: this machine has several names, and to a browser each is another site. */
const platformFor = (publicUrl: string, pageHost: string): string => {
  const platform = new URL(publicUrl)
  const page = new URL(`${platform.protocol}//${pageHost}`)
  const isSameServer = page.port === platform.port && loopback.has(page.hostname) && loopback.has(platform.hostname)
  return isSameServer ? page.origin : publicUrl
}

const publicSession = ({ id, person }: BankSession) => ({
  user: person.user,
  name: person.name,
  role: person.role,
  place: person.home.label,
  session: id,
})

/** Reports without waiting; the client's `onError` hears of what could not be delivered. */
export const report = ({ watchword, deps }: BankParts, activity: Activity): void => {
  void watchword().capture({ id: crypto.randomUUID(), time: new Date(deps.now()).toISOString(), ...activity })
}

const judged = async ({ watchword }: BankParts, activity: Activity): Promise<Assessment | null> => {
  try {
    return await watchword().judge(activity, { waitMs: 5_000 })
  } catch (cause) {
    throw new BankError('try-again', 'We cannot sign you in at the moment. Please try again.', cause)
  }
}

/** Lets a judged session begin: refused, locked from its first moment, or free. */
const begin = async (parts: BankParts, session: BankSession, assessment: Assessment | null): Promise<void> => {
  if (assessment?.decision === 'deny') throw new BankError('sign-in-refused', 'We cannot let you in. Please call us.')
  if (assessment?.decision === 'step-up' && !(await untilHeld(parts, subjectOf(session)))) {
    throw new BankError('try-again', 'We cannot sign you in at the moment. Please try again.')
  }
  parts.sessions.keep(session)
}
