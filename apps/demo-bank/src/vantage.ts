import type { Activity } from '@watchword/node'
import type { FastifyRequest } from 'fastify'
import type { BankSession } from './bank-sessions.ts'
import type { Place } from './place.ts'

/** From where and with what a request comes. */
export type Vantage = {
  readonly place: Place
  readonly userAgent: string
  readonly fingerprint?: string
}

/** The vantage of a real request: its own browser, and the place that the demo gives to the person. */
export const vantageOf = (request: FastifyRequest, place: Place): Vantage => {
  const fingerprint = request.headers['x-bank-fingerprint']
  return {
    place,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 1_024),
    ...(typeof fingerprint === 'string' && /^fp-[\da-f]{64}$/.test(fingerprint) ? { fingerprint } : {}),
  }
}

/** What every activity of a session says about who and from where. */
export const subjectFacts = (
  session: Pick<BankSession, 'id' | 'person' | 'device'>,
  { place, userAgent, fingerprint }: Vantage,
): Pick<Activity, 'user' | 'session' | 'device' | 'ip' | 'userAgent' | 'network' | 'fingerprint'> => ({
  user: session.person.user,
  session: session.id,
  device: session.device,
  ip: place.ip,
  network: place.network,
  userAgent,
  ...(fingerprint === undefined ? {} : { fingerprint }),
})

/** What a ticket vouches for; it has to say the same as the activities, or an answer comes from another context. */
export const ticketContext = (session: BankSession, { place, userAgent, fingerprint }: Vantage) => ({
  ip: place.ip,
  device: session.device,
  userAgent,
  ...(fingerprint === undefined ? {} : { fingerprint }),
})
