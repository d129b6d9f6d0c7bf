import type { SeededRandom } from '../../campaign/seeded-random.ts'

/** How many people the load is about. */
export const peopleCount = 2_000

/** What an app says of one of them: always the same device from the same place. */
function habits(of: number): Readonly<Record<string, unknown>> {
  return {
    user: `person-${of}`,
    session: `s-${of}`,
    device: `d-${of}`,
    ip: `198.${18 + (of >> 14)}.${(of >> 7) & 127}.${(of & 127) + 1}`,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  }
}

/** The sign-in with which somebody becomes known. */
export function firstLogin(of: number): Readonly<Record<string, unknown>> {
  const authentication = { methods: ['pwd', 'otp'] }
  return { ...habits(of), id: `login-${of}`, type: 'login', outcome: 'succeeded', authentication }
}

/** Somebody looks at something. */
export function view(of: number, id: string): Readonly<Record<string, unknown>> {
  const action = { type: 'view', resource: '/accounts', sensitivity: 'low' }
  return { ...habits(of), id, type: 'access', outcome: 'succeeded', action }
}

/** Somebody is about to do what an app asks about first. */
export function transfer(of: number, id: string): Readonly<Record<string, unknown>> {
  const action = { type: 'transfer', resource: '/accounts', sensitivity: 'high' }
  return { ...habits(of), id, type: 'access', outcome: 'attempted', action }
}

/** Which of them do something, and how much of it one person does. */
export type Crowd = Readonly<{
  /** Which share of all one of them does. Default 0. */
  hotShare?: number
  /** How many there are. Default `peopleCount`. */
  people?: number
}>

/** Who is next: anybody, or mostly one person. */
export function anybody(random: SeededRandom, { hotShare = 0, people = peopleCount }: Crowd = {}): () => number {
  return () => (random.chance(hotShare) ? 0 : random.between(1, people - 1))
}
