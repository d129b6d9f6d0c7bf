import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import avsc from 'avsc'
import {
  createEmbeddedRegistry,
  openCodecs,
  type PolicyRecord,
  schemaText,
  type SchemaRegistry,
  SchemaRegistryError,
  UndecodableError,
} from './index.ts'

type Field = Readonly<{ name: string; type: unknown; default?: unknown }>
type Schema = Readonly<{ fields: readonly Field[] }>

const topic = 'watchword.policy.v1'
const subject = `${topic}-value`
const present = JSON.parse(schemaText('policy')) as Schema
const record: PolicyRecord = { tenant: 'demo', hash: 'h', version: 1, effectiveFrom: 5, document: '{}', by: 'k' }
const withField = (field: Field): string => JSON.stringify({ ...present, fields: [...present.fields, field] })
const without = (name: string): string =>
  JSON.stringify({ ...present, fields: present.fields.filter((field) => field.name !== name) })

function frame(id: number, schema: string, value: object): Uint8Array {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema).toBuffer(value)])
}

/** A registry whose ids are large and fall with time, as another one's may be. */
function falling(registry: SchemaRegistry): SchemaRegistry {
  const outer = (id: number): number => 4_000_000_000 - id
  return {
    find: async (...asked) => {
      const id = await registry.find(...asked)
      return id === undefined ? undefined : outer(id)
    },
    register: async (...asked) => outer(await registry.register(...asked)),
    versionsOf: async (asked) =>
      (await registry.versionsOf(asked)).map(({ id, schema }) => ({ id: outer(id), schema })),
    schemaOf: async (id) => registry.schemaOf(outer(id)),
  }
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((cause: unknown) => cause)
  return error instanceof SchemaRegistryError ? error.code : 'none'
}

describe('records written by other schemas of the subject', () => {
  test('are read whatever the numbers of the schemas are, also those registered later', async () => {
    const registry = falling(createEmbeddedRegistry())
    const older = withField({ name: 'note', type: 'string' })
    const olderId = await registry.register(subject, older)
    const { codecs, prepare } = await openCodecs(registry)
    const olderBytes = frame(olderId, older, { ...record, note: 'n' })
    assert.deepEqual({ ...codecs.policy.decode(olderBytes) }, record)

    const newer = withField({ name: 'comment', type: ['null', 'string'], default: null })
    const newerId = await registry.register(subject, newer)
    const newerBytes = frame(newerId, newer, { ...record, comment: null })
    assert.throws(() => codecs.policy.decode(newerBytes), UndecodableError)
    await prepare([{ topic, value: newerBytes }])
    assert.deepEqual({ ...codecs.policy.decode(newerBytes) }, record)
  })

  test('keep a build from starting that cannot read an older one, and nothing is registered', async () => {
    const registry = createEmbeddedRegistry()
    await registry.register(subject, without('document'))
    assert.equal(await codeOf(openCodecs(registry)), 'schema-incompatible')
    assert.equal((await registry.versionsOf(subject)).length, 1)
  })

  test('do not keep the older build from starting, but are not taken for poison by it', async () => {
    const registry = createEmbeddedRegistry()
    await openCodecs(registry)
    const newer = without('document')
    const id = await registry.register(subject, newer)
    const { prepare } = await openCodecs(registry)
    const { document: _, ...rest } = record
    assert.equal(await codeOf(prepare([{ topic, value: frame(id, newer, rest) }])), 'schema-unreadable')
  })

  test('are poison when the registry does not know their schema, or knows it for something else', async () => {
    const registry = createEmbeddedRegistry()
    const { codecs, prepare } = await openCodecs(registry)
    const other = await registry.register('else', '{"type":"record","name":"Else","fields":[]}')
    for (const id of [other, 999_999]) {
      const value = frame(id, '{"type":"record","name":"Else","fields":[]}', {})
      await prepare([{ topic, value }])
      assert.throws(() => codecs.policy.decode(value), UndecodableError)
    }
    await prepare([
      { topic, value: null },
      { topic, value: Buffer.from('not framed') },
      { topic: 'unknown', value: null },
    ])
  })

  test('are poison, and end nobody, when they name a schema of others that is no Avro at all', async () => {
    const foreign = ['syntax = "proto3"; message Else {}', '{"type":"object"}', '{"type":"other.Reference"}', '"']
    const base = createEmbeddedRegistry()
    const registry: SchemaRegistry = { ...base, schemaOf: async (id) => foreign[id - 1_000] ?? base.schemaOf(id) }
    const { codecs, prepare } = await openCodecs(registry)
    for (const index of foreign.keys()) {
      const value = Buffer.from([0, 0, 0, 3, 0xe8 + index, 7])
      await prepare([{ topic, value }])
      assert.throws(() => codecs.policy.decode(value), UndecodableError)
    }
  })

  test('wait for a registry that is away, and give up in time or when told to', async () => {
    const registry = createEmbeddedRegistry()
    let away = 2
    const flaky: SchemaRegistry = {
      ...registry,
      async schemaOf(id) {
        if (away-- > 0) throw new SchemaRegistryError('schema-registry-unavailable', 'away')
        return registry.schemaOf(id)
      },
    }
    const { codecs, prepare } = await openCodecs(flaky, { retryWithinMs: 1000 })
    const newer = withField({ name: 'comment', type: ['null', 'string'], default: null })
    const value = frame(await registry.register(subject, newer), newer, { ...record, comment: null })
    await prepare([{ topic, value }])
    assert.deepEqual({ ...codecs.policy.decode(value) }, record)

    const unknown = frame(77, newer, { ...record, comment: null })
    away = Number.POSITIVE_INFINITY
    const { prepare: hasty } = await openCodecs(flaky, { retryWithinMs: 0 })
    assert.equal(await codeOf(hasty([{ topic, value: unknown }])), 'schema-registry-unavailable')
    const told = new AbortController()
    const waiting = prepare([{ topic, value: unknown }], told.signal)
    told.abort()
    await waiting
  })
})
