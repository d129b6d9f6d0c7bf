import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Schema } from './api-routes.ts'

/** What stands behind a name in this request: the ids of the person that it is about. */
export type Ids = Readonly<Record<string, string>>

/** A value that fits the schema, save for patterns that nobody has told an example of. */
export function sampleOf(schema: Schema, random: SeededRandom, ids: Ids = {}, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined) return sampleOf(random.pick(branches), random, ids, name)
  const type = Array.isArray(schema.type) ? random.pick(schema.type as readonly string[]) : schema.type
  switch (type ?? 'any') {
    case 'object':
      return objectOf(schema, random, ids, name)
    case 'array':
      return arrayOf(schema, random, ids, name)
    case 'integer':
    case 'number':
      return random.pick(numberExamples[name] ?? [numberOf(schema, random)])
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    case 'string':
      return textOf(schema, random, ids, name)
    default:
      return random.pick(['text', 7, true, null])
  }
}

function objectOf(schema: Schema, random: SeededRandom, ids: Ids, name: string): unknown {
  const { properties = {}, required = [], minProperties = 0, additionalProperties } = schema
  const names = Object.keys(properties)
  const wanted = names.filter((one) => required.includes(one) || random.chance(0.4))
  const taken = wanted.length < minProperties ? names.slice(0, minProperties) : wanted
  const free =
    names.length === 0 && typeof additionalProperties === 'object'
      ? (freeNames[name] ?? ['a', 'b c', 'two\nlines'])
      : []
  return Object.fromEntries([
    ...taken.map((one) => [one, sampleOf(properties[one] ?? {}, random, ids, one)]),
    ...free
      .filter(() => random.chance(0.3))
      .map((one) => [one, sampleOf(additionalProperties as Schema, random, ids, name)]),
  ])
}

function arrayOf({ items = {}, ...schema }: Schema, random: SeededRandom, ids: Ids, name: string): unknown {
  const length = random.between(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3))
  const values = Array.from({ length }, () => sampleOf(items, random, ids, name))
  return schema.uniqueItems === true ? [...new Set(values)] : values
}

function numberOf({ minimum, exclusiveMinimum = -1, maximum = 1_000 }: Schema, random: SeededRandom): number {
  const least = Math.ceil(minimum ?? exclusiveMinimum + 1)
  return random.between(least, Math.floor(Math.min(maximum, least + 1_000)))
}

const numberExamples: Readonly<Record<string, readonly number[]>> = {
  limit: [1, 2, 100, 1_000],
  attempts: [5, 100],
  totpPastSteps: [1, 10],
}

/** Names of members that the schema leaves free. */
const freeNames: Readonly<Record<string, readonly string[]>> = {
  signals: ['ip.unknown', 'hour.rare', 'travel.impossible'],
  headers: ['accept-language', 'cookie', 'sec-ch-ua'],
}

/** What fits fields that have a form of their own. */
const examples: Readonly<Record<string, readonly string[]>> = {
  time: ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.123+01:00'],
  from: ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.123+01:00'],
  to: ['2099-01-01T00:00:00Z', '2026-11-22t11:00:00z'],
  resource: ['/voice/call', '/customers'],
  requestDate: ['2024-05-02 18:46:21', '1714675581', '2026-11-22T10:00:00Z'],
  ip: ['203.0.113.7', '2001:db8::1', '81.2.69.142'],
  userAgent: ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', ''],
  ua: ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15'],
  country: ['DE', 'KP'],
  blockedCountries: ['KP', 'IR', 'SY'],
  cidr: ['198.51.100.0/24', '2001:db8::/32'],
  expires: ['2027-01-01T00:00:00Z'],
  origins: ['https://bank.example', 'http://localhost:3000'],
  rpId: ['bank.example'],
  window: ['PT8H', 'P1D'],
  challengeTtl: ['PT5M', 'PT1H'],
  ttl: ['PT5S'],
  path: ['/transfers/**', '/**', '/a/*/b'],
  when: ['level == "HIGH"', 'action.type == "export" && score > 10.0', 'signals.exists(s, s == "ip.unknown")'],
  methods: ['pwd', 'otp'],
}

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789')

function textOf({ minLength = 0, maxLength = 64 }: Schema, random: SeededRandom, ids: Ids, name: string): string {
  const id = ids[name]
  if (id !== undefined) return id
  const known = examples[name]
  if (known !== undefined) return random.pick(known)
  const length = random.between(Math.max(minLength, 1), Math.max(minLength, Math.min(maxLength, 12)))
  return Array.from({ length }, () => random.pick(letters)).join('')
}
