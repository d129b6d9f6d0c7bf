import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { ApiRoute } from './api-routes.ts'
import { type Ids, sampleOf } from './sample.ts'

/** The path of a request with its query; parameters that are ids are those of the request. */
export function pathOf({ path, parameters }: ApiRoute, ids: Ids, random: SeededRandom): string {
  const valueOf = (name: string): string => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? { type: 'string' }
    return encodeURIComponent(String(sampleOf(schema, random, ids, name)))
  }
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    ids[name] === undefined ? valueOf(name) : encodeURIComponent(ids[name]),
  )
  // A cursor is what a list has answered, or none.
  const asked = parameters.filter(
    ({ name, required, ...parameter }) =>
      parameter.in === 'query' &&
      (required === true || random.chance(0.4)) &&
      (name !== 'cursor' || ids['cursor'] !== undefined),
  )
  const query = asked.map(({ name }) => `${encodeURIComponent(name)}=${valueOf(name)}`).join('&')
  return query === '' ? filled : `${filled}?${query}`
}

/** The names of the parameters in a path. */
export function pathNames(path: string): readonly string[] {
  return Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name)
}

/** An id that is nearly this one. */
export function nearlyId(id: string, { pick, between }: SeededRandom): string {
  const at = between(0, Math.max(0, id.length - 1))
  return pick([
    `${id}x`,
    id.slice(0, -1) || 'x',
    id.slice(0, at) + (id[at] === 'a' ? 'b' : 'a') + id.slice(at + 1),
    id.toUpperCase(),
    id + id,
    `${id}\0`,
    `${id}/`,
    ` ${id}`,
    `${id}\u0301`,
    id.split('').toReversed().join(''),
  ])
}
