import { createSoftwareAuthenticator } from '@watchword/session-guard/testing'
import { type ApiClient, told } from '../../campaign/api-client.ts'
import type { SeededRandom } from '../../campaign/seeded-random.ts'
import { totpCode, totpStep } from '../../campaign/totp-code.ts'
import type { ApiRoute } from '../api-routes.ts'
import type { FuzzAnswer, FuzzCase } from '../fuzz-case.ts'
import { firstDeadLetter } from './dead-letter.ts'
import { beginCeremony, type Ceremony, createPersonMaker, type Person } from './person.ts'
import { createStock } from './stock.ts'
import type { TokenIssuer } from './token-issuer.ts'

export type TicketPurpose = 'subscribe' | 'challenge' | 'enrol'

/** The web origin of the app's pages. */
export const pageOrigin = 'https://bank.example'

/** Real users, sessions, factors, locks, challenges, keys and cursors, for requests to be about. */
export interface World {
  /** Somebody in the state that the route asks for. */
  personFor(route: Pick<ApiRoute, 'path'>, random: SeededRandom): Promise<Person>
  /** What stands behind the names of parameters and fields when the request is about this person. */
  idsFor(route: ApiRoute, person: Person, random: SeededRandom): Readonly<Record<string, string>>
  ticketOf(person: Person, purpose: TicketPurpose): Promise<string>
  /** The capability that a used ticket of this person was answered with. */
  capabilityOf(person: Person): string | undefined
  /** Keeps what an answer gives: keys, cursors, capabilities. */
  learn(asked: FuzzCase, answer: NonNullable<FuzzAnswer>): void
}

const keptMax = 100
const sizes = {
  known: { size: 24, usesMax: 24 },
  calm: { size: 16, usesMax: 12 },
  locked: { size: 16, usesMax: 6 },
  asking: { size: 8, usesMax: 4 },
} as const

type WorldDeps = Readonly<{
  /** Has a key with every scope. */
  api: ApiClient
  issuer: TokenIssuer
  reportTicketOf: (about: Readonly<{ user: string; assessment: string }>) => string
}>

/** Prepares the app that the pages belong to; people are made when they are asked for. */
export async function createWorld(prefix: string, { api, issuer, reportTicketOf }: WorldDeps): Promise<World> {
  const makePerson = createPersonMaker(prefix, api)
  const stocks = {
    known: createStock(sizes.known, () => makePerson('known')),
    calm: createStock(sizes.calm, () => makePerson('calm')),
    locked: createStock(sizes.locked, () => makePerson('locked')),
    asking: createStock(sizes.asking, () => makePerson('asking')),
  }
  const keys: string[] = []
  const cursors = new Map<string, string>()
  const capabilities = new WeakMap<Person, string>()
  for (const body of [{ id: 'demo', origins: [pageOrigin] }, issuer.app])
    await told(api, { method: 'POST', path: '/v1/apps', body }, [200, 201])
  keys.push(await newKey(api))
  const letter = await firstDeadLetter(api)

  return {
    async personFor({ path }, random) {
      // Whoever is reset can enrol nothing without a ticket.
      if (path.endsWith('/factors/reset')) return stocks.known.draw(random)
      if (path.endsWith('/factors/webauthn')) return beginCeremony(api, await stocks.calm.draw(random))
      if (path.includes('/factors')) return stocks.calm.draw(random)
      if (path.includes('/locks/') || path.includes('/challenges/')) return stocks.locked.draw(random)
      if (path.includes('/authorizations/')) return stocks.asking.draw(random)
      const status = isOfKnown(path) || random.chance(0.9) ? 'known' : random.pick(['calm', 'locked'] as const)
      return stocks[status].draw(random)
    },

    idsFor({ operation, path }, person, random) {
      const { user, session, device } = person
      const cursor = cursors.get(operation)
      return {
        user,
        session,
        device,
        originalIdentity: user,
        app: 'demo',
        ...(cursor === undefined ? {} : { cursor }),
        ...(path.startsWith('/v1/dead-letters/') ? { letter } : {}),
        ...(path.endsWith('/backchannel-logout') ? { logout_token: issuer.logoutToken(user, session) } : {}),
        ...(path.startsWith('/v1/keys/') ? { id: random.pick(keys) } : {}),
        ...(path === '/v1/reports' && person.status === 'known' ? { ticket: reportTicketOf(person) } : {}),
        ...idsOf(person, operation, random),
      }
    },

    async ticketOf({ user, session }, purpose) {
      const body = { user, session, purpose }
      return String((await told(api, { method: 'POST', path: '/v1/tickets', body }, [201]))['ticket'])
    },

    capabilityOf: (person) => capabilities.get(person),

    learn({ operation, person }, { status, capability, text }) {
      if (capability !== undefined) capabilities.set(person, capability)
      if (status >= 300 || text === '' || !/^(?:POST|GET) \/v1\/(?:keys|users)/.test(operation)) return
      const { next, id } = JSON.parse(text) as { next?: string; id?: string }
      if (next !== undefined) cursors.set(operation, next)
      if (operation === 'POST /v1/keys' && id !== undefined) keys.push(id)
      if (keys.length > keptMax) keys.shift()
    },
  }
}

/** Well-formed and of nobody, for a moment in which nobody can begin one. */
const ceremonyOfNobody: Ceremony = { challenge: 'bm9uZQ', rp: { id: 'bank.example' }, user: { id: 'bm9uZQ' } }

/** What a new authenticator and a browser make of the options, as JSON. */
function registrationFor(ceremony = ceremonyOfNobody): string {
  return JSON.stringify(createSoftwareAuthenticator({ origin: pageOrigin }).create(ceremony))
}

/** Assessments are of people who were judged; and judging others could lock them, or leave their locks fewer factors. */
function isOfKnown(path: string): boolean {
  return ['/assessments/', '/activities', '/capture', '/verdicts', '/reports'].some((part) => path.includes(part))
}

async function newKey(api: ApiClient): Promise<string> {
  const body = { app: 'demo', scopes: ['check'] }
  return String((await told(api, { method: 'POST', path: '/v1/keys', body }, [201]))['id'])
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function idsOf(person: Person, operation: string, random: SeededRandom): Readonly<Record<string, string>> {
  const codeOf = (secret: string): string => totpCode(secret, totpStep(Date.now()))
  switch (person.status) {
    case 'known':
      return operation.includes('/assessments/') ? { id: person.assessment } : { assessment: person.assessment }
    case 'calm': {
      const { active, pending, ceremony } = person
      if (operation.endsWith('/factors/webauthn')) return { credential: registrationFor(ceremony) }
      const { factor } = operation.endsWith('/confirm') ? pending : random.pick([active, pending])
      return { factor, code: codeOf(pending.secret) }
    }
    case 'asking':
      return {
        id: operation.endsWith('/consume') ? person.approved : person.waiting,
        code: codeOf(person.active.secret),
      }
    case 'locked': {
      const { lock, challenge, active } = person
      return { lock, challenge, code: codeOf(active.secret) }
    }
  }
}
