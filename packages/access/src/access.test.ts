import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryDisk, createMemoryLog } from '@watchword/event-log/memory'
import { type Access, type AccessDeps, createAccess, ensureApp } from './index.ts'

async function world(t: { after: (end: () => Promise<void>) => void }) {
  const log = createMemoryLog({ topics: logTopics, disk: createMemoryDisk() }, { now: () => 1 })
  const codecs = await createCodecs(createEmbeddedRegistry())
  const faults: Error[] = []
  const unreadable: string[] = []
  const deps: AccessDeps = {
    log,
    codecs,
    clock: { now: () => 1, elapsed: () => 1, after: () => () => undefined },
    randomBytes,
    onFatal: (error) => faults.push(error),
    onUnreadable: ({ key }) => unreadable.push(key),
  }
  t.after(() => log.close())
  const garbage = (key: string) =>
    log.append([{ topic: topicOf('app'), key, value: Buffer.from('no Avro at all'), headers: {} }])
  const start = async () => {
    const access = await createAccess(deps)
    t.after(() => access.stop())
    return access
  }
  return { start, garbage, faults, unreadable }
}

test('garbage in the app topic neither ends the service nor revives a revoked key', async (t) => {
  const { start, garbage, faults, unreadable } = await world(t)
  const first = await start()
  await first.putApp('demo', { id: 'bank' })
  const revoked = await first.createKey('demo', { app: 'bank', scopes: ['check'] })
  const other = await first.createKey('demo', { app: 'bank', scopes: ['check'] })
  await garbage(`demo:key:${revoked.id}`)
  await garbage('no key of ours')
  await garbage(`rival:key:${other.id}`)
  const later = await start()
  assert.throws(() => later.authenticate(`Bearer ${revoked.key}`, 'check'), { code: 'invalid-credentials' })
  assert.equal(later.authenticate(`Bearer ${other.key}`, 'check').keyId, other.id)
  assert.deepEqual(
    [faults, new Set(unreadable)],
    [[], new Set([`demo:key:${revoked.id}`, 'no key of ours', `rival:key:${other.id}`])],
  )
})

test('an app whose record nobody can read lists no origin until it is written again', async (t) => {
  const { start, garbage } = await world(t)
  const app = { id: 'bank', origins: ['https://bank.example'] }
  await (await start()).putApp('demo', app)
  await garbage('demo:app:bank')
  const later = await start()
  assert.equal(later.appOf('demo', 'bank'), undefined)
  await later.putApp('demo', app)
  assert.equal(later.appsOfOrigin('https://bank.example').length, 1)
})

test('a key that was just used is refused at once when it is revoked, here and by another process', async (t) => {
  const { start } = await world(t)
  const here = await start()
  await here.putApp('demo', { id: 'bank' })
  const { id, key } = await here.createKey('demo', { app: 'bank', scopes: ['check'] })
  const other = await here.createKey('demo', { app: 'bank', scopes: ['check'] })
  const there = await start()
  for (const access of [here, there]) {
    for (let use = 0; use < 2; use += 1) assert.equal(access.authenticateKey(key, 'check').keyId, id)
  }
  await here.revokeKey('demo', id)
  assert.throws(() => here.authenticateKey(key, 'check'), { code: 'invalid-credentials' })
  assert.throws(() => here.authenticate(`Bearer ${key}`, 'check'), { code: 'invalid-credentials' })
  assert.equal(here.authenticateKey(other.key, 'check').keyId, other.id)
  await until(() => !there.isLive({ tenant: 'demo', app: 'bank', keyId: id, scopes: [] }))
  assert.throws(() => there.authenticateKey(key, 'check'), { code: 'invalid-credentials' })
})

test('a key that was just used is refused at once when its record becomes unreadable', async (t) => {
  const { start, garbage } = await world(t)
  const access = await start()
  await access.putApp('demo', { id: 'bank' })
  const { id, key } = await access.createKey('demo', { app: 'bank', scopes: ['check'] })
  const caller = access.authenticateKey(key, 'check')
  await garbage(`demo:key:${id}`)
  await until(() => !access.isLive(caller))
  assert.throws(() => access.authenticateKey(key, 'check'), { code: 'invalid-credentials' })
})

test('what was proven of a key vouches for no other text, scope or scheme', async (t) => {
  const { start } = await world(t)
  const access = await start()
  await access.putApp('demo', { id: 'bank' })
  const { key } = await access.createKey('demo', { app: 'bank', scopes: ['check'] })
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) access.authenticate(`${scheme} ${key}`, 'ingest', 'check')
  for (const wrong of [
    `${key}x`,
    key.slice(0, -1),
    ` ${key}`,
    `${key} `,
    `${key} more`,
    key.toUpperCase(),
    `Bearer ${key}`,
  ]) {
    assert.throws(() => access.authenticateKey(wrong, 'check'), { code: 'invalid-credentials' }, wrong)
    assert.throws(() => access.authenticate(`Bearer ${wrong}`, 'check'), { code: 'invalid-credentials' }, wrong)
  }
  for (const header of [key, `Basic ${key}`, `Bearer${key}`, 'Bearer', 'Bearer '])
    assert.throws(() => access.authenticate(header, 'check'), { code: 'invalid-credentials' }, header)
  assert.throws(() => access.authenticateKey(key, 'ingest'), { code: 'insufficient-scope' })
  for (const none of [undefined, '']) {
    assert.throws(() => access.authenticateKey(none, 'check'), { code: 'missing-credentials' })
    assert.throws(() => access.authenticate(none, 'check'), { code: 'missing-credentials' })
  }
})

test('a key that was made elsewhere is taken once, by whoever starts with it, and a revoked one stays revoked', async (t) => {
  const { start } = await world(t)
  const [one, two] = [await start(), await start()]
  await one.putApp('demo', { id: 'bank' })
  const text = `ww_${'a'.repeat(20)}_${'s'.repeat(43)}`
  const admit = (access: Access, given: string, tenant = 'demo') =>
    access.admitKey(tenant, { app: 'bank', scopes: ['check'] }, given)
  assert.deepEqual(await Promise.all([one, two].map((access) => admit(access, text))), ['in-force', 'in-force'])
  for (const access of [one, two, await start()]) {
    assert.equal(await admit(access, text), 'in-force')
    assert.equal(access.authenticateKey(text, 'check').app, 'bank')
  }
  assert.equal(await admit(two, text.replace('_s', '_t')), 'refused')
  assert.equal(await admit(two, text, 'rival'), 'refused')
  assert.equal(await admit(two, 'no key'), 'refused')
  assert.equal(await one.revokeKey('demo', 'a'.repeat(20)), true)
  assert.equal(await admit(two, text), 'revoked')
  assert.throws(() => two.authenticateKey(text, 'check'), { code: 'invalid-credentials' })
})

test('what another process has made a moment ago is there for whoever builds on it', async (t) => {
  const { start } = await world(t)
  const [one, two] = [await start(), await start()]
  await one.putApp('demo', { id: 'bank' })
  const { id, key } = await two.createKey('demo', { app: 'bank', scopes: ['check'] })
  assert.equal(await one.revokeKey('demo', id), true)
  await two.putApp('demo', { id: 'bank', name: 'Bank' })
  assert.throws(() => two.authenticateKey(key, 'check'), { code: 'invalid-credentials' })
  await ensureApp(one, 'demo', { id: 'bank', origins: ['https://bank.example'] })
  await ensureApp(one, 'demo', { id: 'bank', origins: ['https://bank.example', 'https://two.example'] })
  assert.partialDeepStrictEqual(one.appOf('demo', 'bank'), {
    name: 'Bank',
    origins: ['https://bank.example', 'https://two.example'],
  })
  await assert.rejects(two.createKey('demo', { app: 'shop', scopes: ['check'] }), { code: 'not-found' })
})

/** Gives the tails their turns until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

test('how names of users are read is fixed by the first app of a tenant, for all its apps and for every process', async (t) => {
  const { start, garbage } = await world(t)
  const access = await start()
  assert.throws(() => access.userNamesOf('demo'), { code: 'unavailable' })
  assert.equal((await access.putApp('demo', { id: 'bank', userNames: 'case-mapped' })).userNames, 'case-mapped')
  assert.equal((await access.putApp('demo', { id: 'shop' })).userNames, 'case-mapped')
  await assert.rejects(access.putApp('demo', { id: 'shop', userNames: 'exact' }), { code: 'conflict' })
  await assert.rejects(access.putApp('demo', { id: 'another', userNames: 'exact' }), { code: 'conflict' })
  await assert.rejects(ensureApp(access, 'demo', { id: 'bank', userNames: 'exact' }), { code: 'conflict' })
  await ensureApp(access, 'demo', { id: 'bank', origins: ['https://bank.example'] })
  assert.equal((await access.putApp('rival', { id: 'bank' })).userNames, 'exact')
  // By another rule, the locks under the names so far would be nobody's.
  await garbage('demo:app:bank')
  const later = await start()
  for (const one of [access, later])
    assert.deepEqual([one.userNamesOf('demo'), one.userNamesOf('rival')], ['case-mapped', 'exact'])
})
