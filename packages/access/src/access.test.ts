import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryDisk, createMemoryLog } from '@watchword/event-log/memory'
import { type AccessDeps, createAccess } from './index.ts'

async function world(t: { after: (end: () => Promise<void>) => void }) {
  const log = createMemoryLog({ topics: logTopics, disk: createMemoryDisk() }, { now: () => 1 })
  const codecs = await createCodecs(createEmbeddedRegistry())
  const faults: Error[] = []
  const unreadable: string[] = []
  const deps: AccessDeps = {
    log,
    codecs,
    now: () => 1,
    randomBytes,
    onFault: (error) => faults.push(error),
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
