import { createHash } from 'node:crypto'
import type { Person } from './people.ts'

/** A signed-in session; `id` is what Watchword hears of it, `secret` is the cookie and stays here. */
export type BankSession = {
  readonly id: string
  readonly secret: string
  readonly person: Person
  readonly device: string
  readonly startedAt: number
  /** The locks that this session was given challenge tickets for. */
  readonly asked: Set<string>
}

/** The bank's sessions, in memory. An ended one is kept: whether it may still do anything is for the guard to say. */
export type BankSessions = {
  /** Not yet usable by its cookie; `keep` makes it so. */
  readonly begin: (person: Person, deviceCookie: string) => BankSession
  readonly keep: (session: BankSession) => void
  readonly find: (secret: string | undefined) => BankSession | undefined
  readonly forget: (session: BankSession) => void
}

const sessionsMax = 10_000

export const createBankSessions = (deps: {
  readonly now: () => number
  readonly randomBytes: (size: number) => Buffer
}): BankSessions => {
  const bySecret = new Map<string, BankSession>()
  const newToken = (): string => deps.randomBytes(24).toString('base64url')
  return {
    begin: (person, deviceCookie) => ({
      id: `s-${deps.randomBytes(9).toString('base64url')}`,
      secret: newToken(),
      person,
      device: deviceOf(person, deviceCookie),
      startedAt: deps.now(),
      asked: new Set(),
    }),
    keep: (session) => {
      const [oldest] = bySecret.keys()
      if (bySecret.size >= sessionsMax && oldest !== undefined) bySecret.delete(oldest)
      bySecret.set(session.secret, session)
    },
    find: (secret) => (secret === undefined ? undefined : bySecret.get(secret)),
    forget: (session) => void bySecret.delete(session.secret),
  }
}

/** One browser has another device id for each person, so that two demo customers do not look like one shared machine. */
const deviceOf = (person: Person, deviceCookie: string): string =>
  `d-${createHash('sha256').update(`${person.user}:${deviceCookie}`).digest('base64url').slice(0, 22)}`
