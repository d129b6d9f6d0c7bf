import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Schema } from './api-routes.ts'

/** A value that fits the schema, save for patterns that nobody has told an example of. */
export function sampleOf(schema: Schema, random: SeededRandom, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined) return sampleOf(random.pick(branches), random, name)
  const type = Array.isArray(schema.type) ? random.pick(schema.type as readonly string[]) : schema.type
  switch (type ?? 'any') {
    case 'object':
      return objectOf(schema, random)
    case 'array':
      return Array.from({ length: random.between(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3)) }, () =>
        sampleOf(schema.items ?? {}, random, name),
      )
    case 'integer':
    case 'number':
      return numberOf(schema, random)
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    case 'string':
      return textOf(schema, random, name)
    default:
      return random.pick(['text', 7, true, null, {}])
  }
}

function objectOf(schema: Schema, random: SeededRandom): unknown {
  const required = new Set(schema.required)
  const named = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name) || random.chance(0.4))
  return Object.fromEntries(named.map(([name, property]) => [name, sampleOf(property, random, name)]))
}

function numberOf({ minimum = 0, maximum = 1_000 }: Schema, random: SeededRandom): number {
  return random.between(Math.ceil(minimum), Math.floor(Math.min(maximum, minimum + 1_000)))
}

/** What fits fields that have a form of their own. */
const examples: Readonly<Record<string, readonly string[]>> = {
  time: ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.123+01:00'],
  ip: ['203.0.113.7', '2001:db8::1'],
  code: ['123456', '000000'],
  country: ['DE', 'KP'],
  cidr: ['198.51.100.0/24'],
  expires: ['2027-01-01T00:00:00Z'],
  origins: ['https://bank.example'],
  window: ['PT8H'],
  challengeTtl: ['PT5M'],
  ttl: ['PT5S'],
  when: ['level == "HIGH"'],
  methods: ['pwd', 'otp'],
  id: ['f-1', 'f-2'],
  app: ['demo'],
}

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789')

function textOf({ minLength = 0, maxLength = 64 }: Schema, random: SeededRandom, name: string): string {
  const known = examples[name]
  if (known !== undefined) return random.pick(known)
  const length = random.between(Math.max(minLength, 1), Math.max(minLength, Math.min(maxLength, 12)))
  return Array.from({ length }, () => random.pick(letters)).join('')
}
