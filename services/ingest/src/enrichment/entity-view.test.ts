import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createCodecs,
  createEmbeddedRegistry,
  entityHash,
  entityKey,
  logTopics,
  ownerHash,
  topicOf,
} from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createEntityView } from './entity-view.ts'

test('an entity is shared for everybody once two users had it, before that for all but its first owner', async (t) => {
  const codecs = await createCodecs(createEmbeddedRegistry())
  const log = createMemoryLog({ topics: logTopics }, { now: () => 0 })
  const put = async (kind: 'device' | 'address', value: string, owner: string, shared: boolean) => {
    const hash = entityHash('demo', kind, value)
    const key = entityKey({ tenant: 'demo', kind, value: hash })
    const entity = {
      tenant: 'demo',
      kind,
      value: hash,
      firstOwner: ownerHash('demo', owner),
      shared,
      version: 1,
      at: 0,
    }
    await log.append([{ topic: topicOf('entity'), key, value: codecs.entity.encode(entity) }])
  }
  await put('device', 'd-1', 'alice', false)
  await put('address', '8.8.8.8', 'alice', true)
  const view = await createEntityView({ log, codecs, onFault: assert.fail, onFatal: assert.fail })
  t.after(async () => {
    await view.stop()
    await log.close()
  })
  const facts = (tenant: string, user: string, device: string) =>
    view.factsOf({ tenant, user, device, fingerprint: null, address: '8.8.8.8' })
  assert.deepEqual(facts('demo', 'alice', 'd-1'), { deviceShared: false, fingerprintShared: false, ipShared: true })
  assert.deepEqual(facts('demo', 'bob', 'd-1'), { deviceShared: true, fingerprintShared: false, ipShared: true })
  assert.deepEqual(facts('demo', 'bob', 'd-2'), { deviceShared: false, fingerprintShared: false, ipShared: true })
  assert.deepEqual(facts('other', 'bob', 'd-1'), { deviceShared: false, fingerprintShared: false, ipShared: false })
})
