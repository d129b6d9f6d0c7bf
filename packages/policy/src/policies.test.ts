import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { parsePolicy } from './parse-policy.ts'
import { builtInPolicy, createPolicies } from './policies.ts'

const codecs = await createCodecs(createEmbeddedRegistry())

function documentOf(input: unknown) {
  const parsed = parsePolicy(input)
  assert.ok(parsed.ok)
  return parsed.document
}

async function open() {
  const log = createMemoryLog({ topics: logTopics }, { now: () => 1_000 })
  const faults: Error[] = []
  const view = () => createPolicies({ log, codecs, now: () => 1_000, onFault: (error) => void faults.push(error) })
  return { log, faults, view, policies: await view() }
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

test('a policy that the log refuses is not in force', async () => {
  const { policies, log } = await open()
  log.failNextAppend()
  await assert.rejects(policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1'), { code: 'log-unavailable' })
  assert.equal(policies.inForce('demo').version, 0)
  assert.equal((await policies.propose('demo', documentOf({ profile: 'strict' }), 'k-1')).version, 1)
})

test('a record that does not fit its hash is told and leaves the policy before in force', async () => {
  const { log, view, faults } = await open()
  const record = {
    tenant: 'demo',
    hash: 'forged',
    version: 9,
    effectiveFrom: 1,
    document: '{"profile":"strict"}',
    by: 'x',
  }
  await log.append([{ topic: 'watchword.policy.v1', key: 'demo:forged', value: codecs.policy.encode(record) }])
  assert.equal((await view()).inForce('demo').version, 0)
  assert.match(faults[0]?.message ?? '', /hash/)
})
