import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  createHttpRegistry,
  openCodecs,
  type PolicyRecord,
  SchemaRegistryError,
  schemaText,
  topicCatalogue,
} from '@watchword/contracts'
import { runCli } from '../cli.ts'

const port = 19_660
const script = fileURLToPath(new URL('../../../../tools/registry/registry.sh', import.meta.url))
const call = async (command: string): Promise<unknown> =>
  promisify(execFile)(script, [command], { env: { ...process.env, REGISTRY_PORT: String(port) } })
await call('clean')
await call('start')
after(() => call('clean'))

const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
const registry = createHttpRegistry({ url })
const subject = 'watchword.policy.v1-value'
const policy: PolicyRecord = { tenant: 'demo', hash: 'h', version: 1, effectiveFrom: 5, document: '{}', by: 'k' }

type Outcome = Readonly<{ code: number; out: readonly string[]; err: readonly string[] }>
type Schema = Readonly<{ fields: readonly Readonly<{ name: string }>[] }>

async function watchword(...args: readonly string[]): Promise<Outcome> {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    stdin: process.stdin,
    process,
    env: { WATCHWORD_SCHEMA_REGISTRY_URL: url, WATCHWORD_SERVER_PORT: '1' },
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  }
  return { code: await runCli(args, terminal), out, err }
}

const statuses = ({ out }: Outcome): readonly unknown[] =>
  out.map((line) => (JSON.parse(line) as { status: string }).status)
const policyWith = (field: object): string => {
  const schema = JSON.parse(schemaText('policy')) as Schema
  return JSON.stringify({ ...schema, fields: [...schema.fields, field] })
}

async function put(path: string, body: object, method = 'POST'): Promise<number> {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
  return (await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) })).status
}

describe('the schemas in a registry', () => {
  it('are all new to an empty one, and check registers nothing', async () => {
    for (const attempt of [1, 2]) {
      const checked = await watchword('schemas', 'check', '--json')
      assert.equal(checked.code, 0, String(attempt))
      assert.deepEqual(
        statuses(checked),
        topicCatalogue.map(() => 'new'),
      )
    }
  })

  it('are registered once under BACKWARD_TRANSITIVE, by ids that the codecs then write and read', async () => {
    const first = await watchword('schemas', 'register', '--json')
    assert.deepEqual({ code: first.code, err: first.err }, { code: 0, err: [] })
    assert.deepEqual((await watchword('schemas', 'register', '--json')).out, first.out)
    assert.deepEqual((await watchword('schemas', 'check', '--json')).out, first.out)
    const { codecs, prepare } = await openCodecs(registry)
    const bytes = codecs.policy.encode(policy)
    const [, id] = /"id":(\d+)/.exec(first.out.find((line) => line.includes(subject)) ?? '') ?? []
    assert.equal(Buffer.from(bytes).readUInt32BE(1), Number(id))
    await prepare([{ topic: 'watchword.policy.v1', value: bytes }])
    assert.deepEqual({ ...codecs.policy.decode(bytes) }, policy)
  })

  it('are refused by the registry itself when they could not read what is stored', async () => {
    const path = `/subjects/${subject}/versions`
    assert.equal(await put(path, { schema: policyWith({ name: 'needed', type: 'string' }) }), 409)
    await assert.rejects(
      registry.register(subject, policyWith({ name: 'needed', type: 'string' })),
      (error) => error instanceof SchemaRegistryError && error.code === 'schema-incompatible',
    )
  })

  it('that others register while a platform runs are learned when a record of them comes', async () => {
    const { codecs, prepare } = await openCodecs(registry)
    const newer = policyWith({ name: 'note', type: ['null', 'string'], default: null })
    const id = await registry.register(subject, newer)
    // The branch `null` of a field at the end is one zero byte.
    const bytes = Buffer.concat([Buffer.from(codecs.policy.encode(policy)), Buffer.from([0])])
    bytes.writeUInt32BE(id, 1)
    await prepare([{ topic: 'watchword.policy.v1', value: bytes }])
    assert.deepEqual({ ...codecs.policy.decode(bytes) }, policy)
    assert.equal((await registry.versionsOf(subject)).length, 2)
  })

  it('keep a build from starting, and are named, when one is there that it cannot read', async () => {
    const other = 'watchword.sighting.v1-value'
    // Somebody without our rule: what the registry takes then, this build cannot read.
    assert.equal(await put(`/config/${other}`, { compatibility: 'NONE' }, 'PUT'), 200)
    const { name, namespace } = JSON.parse(schemaText('sighting')) as { name: string; namespace: string }
    const empty = JSON.stringify({ type: 'record', name, namespace, fields: [] })
    const present = await registry.find(other, schemaText('sighting'))
    await deleteSubject(other)
    assert.equal(await put(`/config/${other}`, { compatibility: 'NONE' }, 'PUT'), 200)
    assert.equal(await put(`/subjects/${other}/versions`, { schema: empty }), 200)
    assert.notEqual(present, undefined)
    await assert.rejects(
      openCodecs(registry),
      (error) =>
        error instanceof SchemaRegistryError && error.code === 'schema-incompatible' && error.message.includes(other),
    )
    const checked = await watchword('schemas', 'check')
    assert.equal(checked.code, 1)
    assert.ok(checked.out.some((line) => line.startsWith(`INCOMPATIBLE  ${other}: cannot read what schema`)))
    const registered = await watchword('schemas', 'register')
    assert.equal(registered.code, 1)
    assert.match(registered.err.join('\n'), /watchword\.sighting\.v1-value/)
    assert.equal((await registry.versionsOf(other)).length, 1)
  })

  it('cannot be asked for when no registry answers, or by a wrong use', async () => {
    const away = await watchword('schemas', 'check', '--registry', 'http://127.0.0.1:1')
    assert.equal(away.code, 1)
    assert.match(away.err.join('\n'), /the schema registry does not answer/)
    const beside = await watchword('schemas', 'check', '--registry', new URL('/', url).href)
    assert.equal(beside.code, 1)
    assert.match(beside.err.join('\n'), /the schema registry answers POST .* with 404/)
    assert.equal((await watchword('schemas', 'check', '--registry', 'nowhere')).code, 2)
    assert.equal((await watchword('schemas', 'check', '--registry', 'http://me:secret@host')).code, 2)
  })
})

async function deleteSubject(name: string): Promise<void> {
  await fetch(`${url}/subjects/${name}`, { method: 'DELETE' })
  await fetch(`${url}/subjects/${name}?permanent=true`, { method: 'DELETE' })
}
