import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { ApiRoute } from './api-routes.ts'
import type { Headers } from './fuzz-case.ts'
import { subjectOf } from './subject.ts'
import type { Person } from './world/person.ts'
import { pageOrigin, type TicketPurpose, type World } from './world/world.ts'

type Credentials = Readonly<{ headers: Headers; secrets: readonly string[] }>
type Presenting = Readonly<{ key: string; person: Person; world: World }>

/** What a browser says of a request of the app's own page. */
const ownPage = { origin: pageOrigin, 'sec-fetch-site': 'same-origin' }

/** How the caller shows who it is: a key, or, where browsers may call, a ticket or a capability of this person. */
export async function credentialsFor(
  { operation }: ApiRoute,
  { key, person, world }: Presenting,
  random: SeededRandom,
): Promise<Credentials> {
  if (operation === 'GET /v1/check') return { headers: subjectOf(key, person, random), secrets: [key] }
  if (operation.includes(' /_guard/'))
    return { headers: { ...subjectOf(key, person, random), ...ownPage }, secrets: [key] }
  const purposes = purposesFor(person)
  if (purposes.length === 0 || random.chance(0.75))
    return { headers: { authorization: `Bearer ${key}` }, secrets: [key] }
  const capability = world.capabilityOf(person)
  if (capability !== undefined && random.chance(0.5))
    return { headers: { 'x-watchword-capability': capability }, secrets: [key, capability] }
  const purpose = random.pick(random.chance(0.85) ? purposes : (['subscribe', 'challenge', 'enrol'] as const))
  const ticket = await world.ticketOf(person, purpose)
  const headers = random.pick([
    { 'x-watchword-ticket': ticket },
    { authorization: `Ticket ${ticket}` },
    { authorization: `Bearer ${ticket}` },
  ])
  return { headers, secrets: [key, ticket] }
}

/** Calm people are asked for by the routes of factors, locked ones by those of challenges. */
function purposesFor({ status }: Person): readonly TicketPurpose[] {
  if (status === 'calm') return ['enrol']
  if (status === 'asking') return ['challenge']
  return status === 'locked' ? ['subscribe', 'challenge'] : []
}
