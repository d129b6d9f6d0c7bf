import type { SeededRandom } from '../campaign/seeded-random.ts'
import { activityForm } from './activity-form.ts'
import type { ApiRoute } from './api-routes.ts'
import { changesOf } from './changes.ts'
import { credentialsFor } from './credentials.ts'
import type { FuzzCase, SoundCase } from './fuzz-case.ts'
import { pathOf } from './request-path.ts'
import { soundBody } from './sound-body.ts'
import type { Person } from './world/person.ts'
import type { World } from './world/world.ts'

export type FuzzSource = Readonly<{ key: string; world: World }>

/** A request of this route: a sound one, or one that was changed at one place. */
export async function drawCase(route: ApiRoute, source: FuzzSource, random: SeededRandom): Promise<FuzzCase> {
  const sound = await soundCase(route, source, random)
  const changes = changesOf(route)
  let die = random.next() * changes.reduce((sum, [share]) => sum + share, 0)
  const drawn = changes.find(([share]) => (die -= share) < 0)
  return drawn === undefined ? sound.asked : { ...sound.asked, ...drawn[1](sound, random) }
}

async function soundCase(route: ApiRoute, { key, world }: FuzzSource, random: SeededRandom): Promise<SoundCase> {
  const person = await world.personFor(route, random)
  const ids = world.idsFor(route, person, random)
  const { headers, secrets } = await credentialsFor(route, { key, person, world }, random)
  const value = route.body === undefined ? undefined : soundBody(route, random, ids)
  const content = value === undefined ? undefined : activityForm(route, value, random)
  const asked: FuzzCase = {
    operation: route.operation,
    person,
    method: route.method,
    path: pathOf(route, ids, random),
    headers: content === undefined ? headers : { ...headers, 'content-type': content.type },
    body: content?.text,
    kind: 'sound',
    changed: [],
    secrets: [...secrets, ...secretsOf(person)],
  }
  return { asked, route, ids, value }
}

function secretsOf(person: Person): readonly string[] {
  if (person.status === 'known') return []
  if (person.status === 'asking') return [person.active.secret]
  return [person.active.secret, ...(person.status === 'locked' ? [person.challenge] : [person.pending.secret])]
}
