import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import type { Clock } from '@watchword/stream'
import { policyHash } from './canonical.ts'
import { parsePolicy } from './parse-policy.ts'
import { builtInPolicy, createPolicies } from './policies.ts'

const codecs = await createCodecs(createEmbeddedRegistry())

function documentOf(input: unknown) {
  const parsed = parsePolicy(input)
  assert.ok(parsed.ok)
  return parsed.document
}

/** The time of it all; what is waited for comes without it. */
const standing: Clock = { now: () => 1_000, elapsed: () => 1_000, after: () => () => undefined }

async function open() {
  const log = createMemoryLog({ topics: logTopics }, { now: () => 1_000 })
  const faults: Error[] = []
  const unreadable: string[] = []
  const view = () =>
    createPolicies({
      log,
      codecs,
      clock: standing,
      onFatal: (error) => void faults.push(error),
      onUnreadable: (_, error) => void unreadable.push(String(error)),
    })
  return { log, faults, unreadable, view, policies: await view() }
}

test('without a policy the built-in one is in force, in every tenant', async () => {
  const { policies } = await open()
  const { hash, version, document } = policies.inForce('demo')
  assert.deepEqual([hash, version, document.profile], [builtInPolicy().hash, 0, 'balanced'])
  assert.equal(policies.byHash('other', hash)?.hash, hash)
  assert.equal(policies.byHash('other', 'unknown'), undefined)
})

test('versions count up, hold in one tenant only, and are the same for whoever reads the log later', async () => {
  const { policies, view } = await open()
  const strict = await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')
  const again = await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')
  const balanced = await policies.propose('demo', documentOf({}), 'k-1')
  const back = await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')
  assert.deepEqual([strict.version, again.version, balanced.version, back.version], [1, 1, 2, 3])
  assert.equal(back.hash, strict.hash)
  assert.equal(policies.inForce('other').version, 0)
  const later = await view()
  assert.deepEqual([later.inForce('demo').version, later.inForce('demo').document.profile], [3, 'strict'])
  assert.equal(later.byHash('demo', balanced.hash)?.version, 2)
})

test('proposals at the same time get different versions', async () => {
  const { policies } = await open()
  const made = await Promise.all(
    [1, 2, 3].map((attempts) => policies.propose('demo', documentOf({ verification: { attempts } }), 'k')),
  )
  assert.deepEqual(
    made.map(({ version }) => version),
    [1, 2, 3],
  )
})

test('two processes that put policies in force agree which one it is, whoever was first', async () => {
  const { policies: one, view, log } = await open()
  const two = await view()
  const strict = await one.propose('demo', documentOf({ profile: 'strict' }), 'k-1')
  const balanced = await two.propose('demo', documentOf({}), 'k-2')
  assert.deepEqual([strict.version, balanced.version], [1, 2])
  await Promise.all(
    [one, two].map((policies, index) =>
      policies.propose('demo', documentOf({ verification: { attempts: index + 1 } }), 'k'),
    ),
  )
  const three = await view()
  await Promise.all([one.refresh(), two.refresh()])
  const last = (await log.read('watchword.policy.v1', 0, 0, 10)).at(-1)
  for (const policies of [one, two, three]) {
    const { hash, version } = policies.inForce('demo')
    assert.deepEqual([`demo:${hash}`, version], [last?.key, 3])
  }
})

test('after a refresh every policy is known that was on the log before it', async () => {
  const { policies, view } = await open()
  const later = await view()
  for (const attempts of [1, 2, 3, 4]) {
    const { hash } = await policies.propose('demo', documentOf({ verification: { attempts } }), 'k')
    await later.refresh()
    assert.equal(later.byHash('demo', hash)?.version, attempts)
  }
})

test('a policy whose canonical form is longer than a text may be is put, and read again at the next start', async () => {
  const { policies, view, unreadable } = await open()
  const text = `tests: [{ name: long, expect: { level: LOW }, activities: [{ a: [${'x,'.repeat(30_000)}x] }] }]`
  const put = await policies.propose('demo', documentOf(text), 'k-1')
  assert.equal((await view()).inForce('demo').hash, put.hash)
  assert.deepEqual(unreadable, [])
})

test('a policy that the log refuses is not in force', async () => {
  const { policies, log } = await open()
  log.failNextAppend()
  await assert.rejects(policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1'), { code: 'log-unavailable' })
  assert.equal(policies.inForce('demo').version, 0)
  assert.equal((await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')).version, 1)
})

/** A policy as it lies on the log. */
function recordOf(version: number, document: string, hash = policyHash(document)) {
  const record = { tenant: 'demo', hash, version, effectiveFrom: 1, document, by: 'x' }
  return { topic: 'watchword.policy.v1', key: `demo:${hash}`, value: codecs.policy.encode(record) }
}

test('a record that nobody can read ends nothing, now or at the next start: the policy before stays in force', async () => {
  const { log, policies, view, faults, unreadable } = await open()
  const strict = await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')
  await log.append([
    { topic: 'watchword.policy.v1', key: `demo:${strict.hash}`, value: Buffer.from('no Avro at all') },
    recordOf(9, '{"profile":"strict"}', 'forged'),
    recordOf(10, '{"profile":"of a newer build"}'),
  ])
  const later = await view()
  assert.deepEqual([later.inForce('demo').version, later.inForce('demo').document.profile], [1, 'strict'])
  await until(() => unreadable.length === 6)
  assert.equal(policies.inForce('demo').version, 1)
  assert.deepEqual(faults, [])
  assert.match(unreadable.join(), /framing.*hash.*not valid: \/profile/s)
})

test('what is put after a policy that only a newer build can read comes after it', async () => {
  const { log, view } = await open()
  await log.append([recordOf(1, '{}'), recordOf(2, '{"profile":"of a newer build"}')])
  const policies = await view()
  assert.equal(policies.inForce('demo').version, 1)
  assert.equal((await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')).version, 3)
})

test('a record that names the built-in policy of another build is judged by that one, in every tenant', async () => {
  const { log, policies, view } = await open()
  const document = '{"profile":"strict"}'
  const hash = policyHash(document)
  const value = codecs.policy.encode({ tenant: '', hash, version: 0, effectiveFrom: 0, document, by: 'built-in' })
  await log.append([{ topic: 'watchword.policy.v1', key: `:${hash}`, value }])
  await policies.refresh()
  for (const each of [policies, await view()]) {
    assert.equal(each.byHash('demo', hash)?.document.profile, 'strict')
    assert.equal(each.inForce('demo').hash, builtInPolicy().hash)
  }
})

test('the built-in policy is put on the log once, where any other build finds it', async () => {
  const { log, policies, view } = await open()
  await policies.recordBuiltIn()
  await (await view()).recordBuiltIn()
  const records = await log.read('watchword.policy.v1', 0, 0, 10)
  const { hash } = builtInPolicy()
  assert.deepEqual(
    records.map(({ key }) => key),
    [`:${hash}`],
  )
  assert.equal(policyHash(codecs.policy.decode(records[0]?.value ?? Buffer.of()).document), hash)
})

/** Gives the tails their turns until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
