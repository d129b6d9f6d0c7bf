import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { ApiRoute } from './api-routes.ts'
import type { FuzzCase, SoundCase } from './fuzz-case.ts'
import { jsonText, mutate } from './mutate.ts'
import { nearlyId, pathNames } from './request-path.ts'
import {
  strangeBody,
  strangeCredentials,
  strangeHeaders,
  strangeParts,
  strangeQueries,
  strangeTypes,
} from './strange.ts'
import { strangeSubject } from './subject.ts'

/** What is odd about a request; the rest of it stays sound. */
type Change = (sound: SoundCase, random: SeededRandom) => Partial<FuzzCase> & Pick<FuzzCase, 'kind' | 'changed'>

type Share = readonly [share: number, change: Change]

const always: readonly Share[] = [
  [20, () => ({ kind: 'sound', changed: [] })],
  [8, changedPath],
  [6, changedQuery],
  [8, changedHeader],
  [4, changedCredentials],
  [3, changedMethod],
]
const withPathId: readonly Share[] = [[8, changedId]]
const withBody: readonly Share[] = [
  [35, changedBody],
  [8, rawBody],
]
const ofCheck: readonly Share[] = [[30, changedSubject]]

/** The changes that a route may be asked with, and how often each against the others. */
export function changesOf({ operation, path, body }: ApiRoute): readonly Share[] {
  return [
    ...always,
    ...(pathNames(path).length > 0 ? withPathId : []),
    ...(body === undefined ? [] : withBody),
    ...(operation === 'GET /v1/check' ? ofCheck : []),
  ]
}

function changedBody({ asked, value }: SoundCase, random: SeededRandom): ReturnType<Change> {
  const { value: mutated, pointer, kind } = mutate(value, random)
  const body = jsonText(mutated)
  // A name that would reach a prototype is refused by the parser, before there are fields.
  const isHostile = /"(__proto__|constructor)"/.test(body)
  const headers = { ...asked.headers, 'content-type': 'application/json' }
  return { headers, body, kind: `body ${kind}`, changed: isHostile ? undefined : [pointer] }
}

function rawBody({ asked, route }: SoundCase, random: SeededRandom): ReturnType<Change> {
  const own = [...route.mediaTypes, ...route.mediaTypes]
  const type = random.pick([...strangeTypes, ...own, 'application/json', 'application/json'])
  return {
    headers: { ...asked.headers, 'content-type': type },
    body: strangeBody(random),
    kind: 'raw body',
    changed: undefined,
  }
}

function changedPath({ route }: SoundCase, { pick }: SeededRandom): ReturnType<Change> {
  const path = route.path.replaceAll(/\{[^}]+\}/g, () => pick(strangeParts))
  const changed = ['/path', ...pathNames(route.path).map((name) => `/path/${name}`)]
  return { path: path === route.path ? `${path}/${pick(strangeParts)}` : path, kind: 'path', changed }
}

function changedId({ route, ids }: SoundCase, random: SeededRandom): ReturnType<Change> {
  const name = random.pick(pathNames(route.path))
  const near = encodeURIComponent(nearlyId(ids[name] ?? 'unknown', random))
  const path = route.path.replaceAll(/\{([^}]+)\}/g, (_, one: string) =>
    one === name ? near : encodeURIComponent(ids[one] ?? 'unknown'),
  )
  return { path, kind: `id ${name}`, changed: [`/path/${name}`] }
}

function changedQuery({ asked }: SoundCase, { pick }: SeededRandom): ReturnType<Change> {
  const query = pick(strangeQueries)
  const changed = [...new Set(new URLSearchParams(query).keys())].map((name) => `/query/${name}`)
  return { path: asked.path.split('?', 1)[0] + query, kind: 'query', changed }
}

function changedHeader({ asked }: SoundCase, { pick }: SeededRandom): ReturnType<Change> {
  const [name, value] = pick(strangeHeaders)
  return { headers: { ...asked.headers, [name]: value }, kind: `header ${name}`, changed: [`/headers/${name}`] }
}

function changedSubject({ asked }: SoundCase, random: SeededRandom): ReturnType<Change> {
  const { headers, name } = strangeSubject(asked.headers, random)
  return { headers, kind: `subject ${name}`, changed: [`/headers/${name}`] }
}

function changedCredentials({ asked }: SoundCase, { pick }: SeededRandom): ReturnType<Change> {
  const authorization = pick(strangeCredentials)
  return { headers: { ...asked.headers, authorization }, kind: 'credentials', changed: [] }
}

function changedMethod(_sound: SoundCase, { pick }: SeededRandom): ReturnType<Change> {
  const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])
  return { method, kind: 'method', changed: undefined }
}
