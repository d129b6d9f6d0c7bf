import type { SeededRandom } from '../campaign/seeded-random.ts'

/** A JSON value with one place changed. */
export type Mutated = Readonly<{
  value: unknown
  /** Where, as a JSON pointer. */
  pointer: string
  kind: string
}>

type Place = Readonly<{ pointer: string; path: readonly (string | number)[]; value: unknown }>

const hostileNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'a/b~c',
  'two\nlines',
  '\u202e',
  'password',
]

const hostileTexts = (random: SeededRandom): string =>
  random.pick([
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202etxt',
    "' OR 1=1 --",
    '../../etc/passwd',
    '${jndi:ldap://x}',
    '\r\nset-cookie: a=b',
    'ｕｎｉｃｏｄｅ ❤ 👩‍👩‍👧 é e\u0301',
    '{{7*7}}',
    'x'.repeat(random.pick([65, 257, 1_025, 5_000, 20_000])),
    '👾'.repeat(100),
    'NaN',
    '1e400',
    'true',
    '=cmd|calc',
  ])

const hostileValues = (random: SeededRandom): unknown =>
  random.pick<unknown>([
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    2 ** 53 + 2,
    -2_147_483_649,
    [],
    {},
    [[[[]]]],
    { __proto__x: 1 },
    Array.from({ length: 1_500 }, (_, index) => index),
    nested(random.pick([10, 100, 3_000])),
    polluted(),
    hostileTexts(random),
  ])

/** Changes one place of a value: another type, a hostile text, a field too many, one too few. */
export function mutate(value: unknown, random: SeededRandom): Mutated {
  const place = random.pick(placesOf(value))
  const isObject = typeof place.value === 'object' && place.value !== null && !Array.isArray(place.value)
  const changes: (() => Mutated)[] = [
    () => changed(value, place, hostileValues(random), 'value'),
    () => changed(value, place, hostileTexts(random), 'text'),
  ]
  if (isObject) {
    const object = place.value as Readonly<Record<string, unknown>>
    const names = Object.keys(object)
    const [removed] = names.length > 0 ? [random.pick(names)] : []
    changes.push(() => {
      const name = random.pick([...hostileNames, 'unknown'])
      const extra = withOwn(object, name, random.pick<unknown>([1, 'x', { polluted: 'yes' }]))
      return { ...changed(value, place, extra, 'extra'), pointer: `${place.pointer}/${escape(name)}` }
    })
    if (removed !== undefined)
      changes.push(() => {
        const { [removed]: _gone, ...rest } = object
        return { ...changed(value, place, rest, 'missing'), pointer: `${place.pointer}/${escape(removed)}` }
      })
  }
  return random.pick(changes)()
}

/** JSON text of a value; it keeps a field that is called `__proto__`. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

function placesOf(value: unknown, path: readonly (string | number)[] = []): readonly Place[] {
  const here: Place = { pointer: path.map((part) => `/${escape(String(part))}`).join(''), path, value }
  if (typeof value !== 'object' || value === null) return [here]
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => placesOf(item, [...path, index]))
    : Object.entries(value).flatMap(([name, item]) => placesOf(item, [...path, name]))
  return [here, ...inner]
}

function changed(root: unknown, { path, pointer }: Place, next: unknown, kind: string): Mutated {
  return { value: replaced(root, path, next), pointer, kind }
}

function replaced(value: unknown, [head, ...rest]: readonly (string | number)[], next: unknown): unknown {
  if (head === undefined) return next
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? replaced(item, rest, next) : item))
  const object = value as Readonly<Record<string, unknown>>
  return withOwn(object, String(head), replaced(object[head], rest, next))
}

function withOwn(object: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  return Object.defineProperty({ ...object }, name, { value, enumerable: true, configurable: true, writable: true })
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

function polluted(): unknown {
  return JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}') as unknown
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
