import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { ApiRoute, Parameter } from './api-routes.ts'
import { jsonText, mutate } from './mutate.ts'
import { sampleOf } from './sample.ts'

/** A request to be sent, and what is known of its fault. */
export type FuzzCase = Readonly<{
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
  kind: string
  /** Where a JSON body was changed in one place, if that is all that is odd about the request. */
  pointer: string | undefined
  /** Every name that a pointer into the body may hold. */
  names: ReadonlySet<string>
}>

const none: ReadonlySet<string> = new Set()

const strangeTypes = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-7',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/problem+json',
  '*/*',
  'json',
  ';',
  'application/json, application/json',
]

const batchTypes = ['application/x-ndjson', 'application/cloudevents+json', 'application/cloudevents-batch+json']

const garbage = (random: SeededRandom): string =>
  random.pick([
    '',
    '{',
    '[[[[[[',
    '{"a":1}}',
    '\ufeff{}',
    '"',
    'null',
    'nul',
    '[1,2',
    '{"type":"login","user":"a"}\n{"type":\n\n\n[]\nnull\n"x"\n{"__proto__":{"polluted":1}}',
    '\n\n\n',
    '{"type":"access","user":"a"}\n'.repeat(random.pick([1, 3, 1_001])),
    '['.repeat(100_000),
    '{"a":'.repeat(20_000),
    `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
    `{"user":"${'x'.repeat(random.pick([1_000, 20_000, 1_100_000]))}"}`,
    '\u0000\u0001\u0002',
    '{"specversion":"1.0","type":"watchword.activity","source":"/x","id":"1","data":7}',
    '{"specversion":"1.0","type":"login","source":"/x","id":"1","data":{"type":"login"},"subject":"a"}',
  ])

const strangeParts = [
  '..',
  '%00',
  '%ff',
  '%e0%a4%a',
  '%',
  '__proto__',
  'constructor',
  "'%20OR%201=1--",
  '%2e%2e%2f%2e%2e%2fetc',
  'a'.repeat(257),
  'a'.repeat(1_025),
  'a'.repeat(9_000),
  encodeURIComponent('é👩‍👧\u202e'),
  '%0d%0aset-cookie:a=b',
  '*',
]

const strangeQueries = [
  '?',
  '?a',
  '?session=',
  '?session=a&session=b',
  '?__proto__[polluted]=yes',
  '?limit=-1',
  '?limit=1e9',
  '?cursor=%00',
  '?user',
  '?session[]=a',
  `?session=${'s'.repeat(5_000)}`,
]

const strangeHeaders: readonly (readonly [string, string])[] = [
  ['prefer', 'wait=-1'],
  ['prefer', 'wait=1e9; respond-async'],
  ['prefer', 'wait=1'],
  ['idempotency-key', ''],
  ['idempotency-key', 'x'.repeat(300)],
  ['idempotency-key', 'same'],
  ['traceparent', '00-zz-yy-01'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['x-request-id', 'a b\'"<script>'],
  ['content-encoding', 'gzip'],
  ['x-watchword-user', 'alice'],
  ['x-watchword-capability', 'x.y.z'],
  ['origin', 'https://evil.example'],
  ['accept', 'application/x-none'],
  ['expect', '100-continue'],
  ['forwarded', 'for=127.0.0.1'],
  ['x-forwarded-for', '1.2.3.4, 5.6.7.8'],
  ['cookie', '__proto__=1'],
]

/** Makes the request number `index` of a run; the same for the same random source. */
export function fuzzCase(route: ApiRoute, key: string, random: SeededRandom): FuzzCase {
  const die = random.next()
  if (die < 0.5 && route.body !== undefined) return mutatedBody(route, key, random)
  const sound = soundCase(route, key, random)
  if (die < 0.62) return { ...sound, ...strangePath(route, random) }
  if (die < 0.7) return { ...sound, path: sound.path.split('?', 1)[0] + random.pick(strangeQueries), kind: 'query' }
  if (die < 0.8) {
    const [name, value] = random.pick(strangeHeaders)
    return { ...sound, headers: { ...sound.headers, [name]: value }, kind: `header ${name}` }
  }
  if (die < 0.84) return { ...sound, headers: { ...sound.headers, ...strangeCredentials(random) }, kind: 'credentials' }
  if (die < 0.87)
    return {
      ...sound,
      method: random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']),
      kind: 'method',
    }
  if (die < 0.95 && route.body !== undefined) return rawBody(sound, random)
  return sound
}

function soundCase(route: ApiRoute, key: string, random: SeededRandom): FuzzCase {
  const body = route.body === undefined ? undefined : jsonText(sampleOf(route.body, random))
  const headers: Record<string, string> = { authorization: `Bearer ${key}` }
  if (body !== undefined) headers['content-type'] = 'application/json'
  return {
    method: route.method,
    path: pathOf(route, random),
    headers,
    body,
    kind: 'sound',
    pointer: undefined,
    names: none,
  }
}

function mutatedBody(route: ApiRoute, key: string, random: SeededRandom): FuzzCase {
  const sound = soundCase(route, key, random)
  const { value, pointer, kind } = mutate(sampleOf(route.body ?? {}, random), random)
  const body = jsonText(value)
  const names = new Set([...namesIn(route.body), ...namesIn(value)])
  // A name that would reach a prototype is refused by the parser, before there are fields.
  const isHostile = /"(__proto__|constructor)"/.test(body)
  return { ...sound, body, kind: `body ${kind}`, pointer: isHostile ? undefined : pointer, names }
}

function* namesIn(value: unknown): Generator<string, undefined> {
  const places: unknown[] = [value]
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    if (typeof place !== 'object' || place === null) continue
    for (const [name, member] of Object.entries(place)) {
      yield name
      places.push(member ?? '')
    }
    if ('required' in place && Array.isArray(place.required)) yield* place.required as string[]
  }
  return undefined
}

function rawBody(sound: FuzzCase, random: SeededRandom): FuzzCase {
  const type = random.pick([...strangeTypes, ...batchTypes, ...batchTypes, 'application/json', 'application/json'])
  return { ...sound, headers: { ...sound.headers, 'content-type': type }, body: garbage(random), kind: 'raw body' }
}

function strangePath(route: ApiRoute, random: SeededRandom): Pick<FuzzCase, 'path' | 'kind'> {
  const path = route.path.replaceAll(/\{[^}]+\}/g, () => random.pick(strangeParts))
  return { path: path === route.path ? `${path}/${random.pick(strangeParts)}` : path, kind: 'path' }
}

function pathOf({ path, parameters }: ApiRoute, random: SeededRandom): string {
  const value = ({ schema, name }: Parameter): string => encodeURIComponent(String(sampleOf(schema, random, name)))
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const parameter = parameters.find((candidate) => candidate.in === 'path' && candidate.name === name)
    return parameter === undefined ? 'x' : value(parameter)
  })
  const asked = parameters.filter((parameter) => parameter.in === 'query' && (parameter.required || random.chance(0.4)))
  const query = asked.map((parameter) => `${encodeURIComponent(parameter.name)}=${value(parameter)}`).join('&')
  return query === '' ? filled : `${filled}?${query}`
}

function strangeCredentials(random: SeededRandom): Readonly<Record<string, string>> {
  return {
    authorization: random.pick([
      '',
      'Bearer',
      'Bearer x',
      'Basic YTpi',
      `Bearer ww_${'0'.repeat(20)}_${'a'.repeat(43)}`,
      `Bearer ${'x'.repeat(4_000)}`,
      'Bearer ww___proto____x',
      'bearer ww_a_b, Bearer ww_c_d',
    ]),
  }
}
