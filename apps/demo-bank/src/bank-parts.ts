import type { Guard, MfaTokenVerifier, Subject, Watchword } from '@watchword/node'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DemoBankConfig, DemoBankDeps } from './bank-config.ts'
import { BankError } from './bank-error.ts'
import type { BankSession, BankSessions } from './bank-sessions.ts'
import type { CookieJar } from './cookies.ts'
import type { Ledger } from './ledger.ts'
import type { Passwords } from './people.ts'

/** What the bank's routes share. */
export type BankParts = {
  readonly config: DemoBankConfig
  readonly deps: DemoBankDeps
  readonly watchword: () => Watchword
  readonly guard: () => Guard
  readonly sessions: BankSessions
  readonly cookies: CookieJar
  readonly passwords: Passwords
  readonly ledger: Ledger
  readonly proofs: MfaTokenVerifier
}

/** Who a session is to the guard. */
export const subjectOf = ({ person, id, device }: BankSession): Subject => ({ user: person.user, session: id, device })

/** The session of a request by its cookie alone; whether it is locked is another question. */
export const sessionOf = ({ cookies, sessions }: BankParts, request: FastifyRequest): BankSession | undefined =>
  sessions.find(cookies.read(request.headers.cookie).session)

/** The session of a request; throws `signed-out`. */
export const requireSession = (parts: BankParts, request: FastifyRequest): BankSession => {
  const session = sessionOf(parts, request)
  if (session === undefined) throw new BankError('signed-out', 'Please sign in.')
  return session
}

/** The browser's id; a browser without one gets it with this reply. */
export const deviceCookieOf = ({ cookies, deps }: BankParts, request: FastifyRequest, reply: FastifyReply): string => {
  const known = cookies.read(request.headers.cookie).device
  if (known !== undefined) return known
  const made = deps.randomBytes(24).toString('base64url')
  void reply.header('set-cookie', cookies.writeDevice(made))
  return made
}

/** Waits until the guard holds a demanded lock, so that nothing is admitted in between; false if it does not within 3 s. */
export const untilHeld = async ({ guard, deps }: BankParts, subject: Subject): Promise<boolean> => {
  const deadline = deps.now() + 3_000
  for (;;) {
    const { outcome } = await guard().admit(subject, '/bank/api/transfers')
    if (outcome === 'refused') return true
    if (deps.now() >= deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A member of a JSON body as text; throws `invalid-request`. */
export const textOf = (body: unknown, name: string, lengthMax: number): string => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  if (typeof value !== 'string' || value.length > lengthMax)
    throw new BankError('invalid-request', `${name} is missing.`)
  return value
}
