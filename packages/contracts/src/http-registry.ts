import type { RegisteredSchema, SchemaRegistry } from './registry.ts'
import { SchemaRegistryError } from './schema-registry-error.ts'

export type HttpRegistryConfig = Readonly<{
  /** Where the Confluent API begins: `http://registry:8081`, or `…/apis/ccompat/v7` of Apicurio. */
  url: string
  username?: string
  password?: string
  /** A request that is not answered by then counts as not answered. Default 10 000 ms: a registry that has just started takes its time. */
  answerWithinMs?: number
}>

/** A registry as its administrator sees it. */
export interface HttpRegistry extends SchemaRegistry {
  /** Whether the registry itself would take this schema for the subject now; by the subject's own rule, which may be none. */
  wouldTake(subject: string, schema: string): Promise<boolean>
  /** Holds the subject to BACKWARD_TRANSITIVE from now on. */
  requireCompatibility(subject: string): Promise<void>
}

/** What every subject of ours is held to: the newest schema reads the records of all before it. */
export const compatibility = 'BACKWARD_TRANSITIVE'

/**
 * A schema registry that speaks the Confluent API, such as Confluent's or Apicurio's. Rejects with a SchemaRegistryError:
 * `schema-registry-unavailable`, `schema-registry-refused`, or `schema-incompatible` when the registry does not take a schema.
 */
export function createHttpRegistry(config: HttpRegistryConfig): HttpRegistry {
  const { username, password, answerWithinMs = 10_000 } = config
  const base = config.url.replace(/\/+$/, '')
  const headers = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
    'content-type': 'application/vnd.schemaregistry.v1+json',
    ...(username === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }),
  }

  /** The body of the answer; undefined for what a registry does not have, which it tells by a code of its own: any server says 404. */
  async function ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown> {
    const what = `${method} ${path}`
    const signal = AbortSignal.timeout(answerWithinMs)
    let status: number
    let answer: unknown
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      status = response.status
      answer = JSON.parse((await response.text()) || 'null')
    } catch (cause) {
      throw new SchemaRegistryError('schema-registry-unavailable', `the schema registry does not answer ${what}`, {
        cause,
      })
    }
    if (status === 404 && Math.floor(Number(codeOf(answer)) / 100) === 404) return undefined
    if (status < 300) return answer
    const { message = '' } = (answer ?? {}) as Readonly<{ message?: string }>
    if (status === 409) throw new SchemaRegistryError('schema-incompatible', `${what}: ${message}`)
    const code = status >= 500 || status === 429 ? 'schema-registry-unavailable' : 'schema-registry-refused'
    throw new SchemaRegistryError(code, `the schema registry answers ${what} with ${status}: ${message}`)
  }

  const at = (subject: string): string => `/subjects/${encodeURIComponent(subject)}`

  async function find(subject: string, schema: string): Promise<number | undefined> {
    return numberAt(await ask('POST', at(subject), { schema }), 'id')
  }

  async function requireCompatibility(subject: string): Promise<void> {
    await ask('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility })
  }

  return {
    find,
    async register(subject, schema) {
      const known = await find(subject, schema)
      if (known !== undefined) return known
      // First, or the registry would take the first ones unchecked.
      await requireCompatibility(subject)
      const id = numberAt(await ask('POST', `${at(subject)}/versions`, { schema }), 'id')
      if (id === undefined) throw unreadableAnswer(subject)
      return id
    },
    async schemaOf(id) {
      return textAt(await ask('GET', `/schemas/ids/${id}`), 'schema')
    },
    async versionsOf(subject) {
      const numbers: unknown = (await ask('GET', `${at(subject)}/versions`)) ?? []
      if (!isNumbers(numbers)) throw unreadableAnswer(subject)
      const found: RegisteredSchema[] = []
      for (const version of numbers.toSorted((left, right) => left - right)) {
        const answer = await ask('GET', `${at(subject)}/versions/${version}`)
        const id = numberAt(answer, 'id')
        const schema = textAt(answer, 'schema')
        if (id === undefined || schema === undefined) throw unreadableAnswer(subject)
        found.push({ id, schema })
      }
      return found
    },
    async wouldTake(subject, schema) {
      const path = `/compatibility${at(subject)}/versions`
      const answer = (await ask('POST', path, { schema })) as Readonly<{ is_compatible?: boolean }> | undefined
      // Nothing stands under a subject that is not known.
      return answer?.is_compatible ?? true
    },
    requireCompatibility,
  }
}

function unreadableAnswer(subject: string): SchemaRegistryError {
  return new SchemaRegistryError('schema-registry-refused', `no schema registry answers so about ${subject}`)
}

function codeOf(answer: unknown): unknown {
  return (answer as Readonly<Record<string, unknown>> | null)?.['error_code']
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number')
}

function numberAt(answer: unknown, key: string): number | undefined {
  const value = (answer as Readonly<Record<string, unknown>> | undefined | null)?.[key]
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : undefined
}

function textAt(answer: unknown, key: string): string | undefined {
  const value = (answer as Readonly<Record<string, unknown>> | undefined | null)?.[key]
  return typeof value === 'string' ? value : undefined
}
