import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NotificationRecord } from '@watchword/contracts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { checkTold, type ToldRequest } from './check-told.ts'

function raised(id: string, tenant = 'demo'): NotificationRecord {
  const data = {
    id,
    kind: 'access-denied',
    severity: 'high',
    audience: [],
    app: null,
    session: null,
    device: null,
    subject: 'x',
    reasonUser: {},
    signals: [],
    score: null,
    level: null,
    facts: {},
    similar: 0,
  } as const
  return { tenant, user: 'alice', at: 1, body: { type: 'notification-raised', data } }
}

const told = (id: string, body = id): ToldRequest => ({ headers: { 'webhook-id': id }, body })

async function faultsOf(records: readonly NotificationRecord[], requests: readonly ToldRequest[]): Promise<number> {
  const verdicts = createVerdicts(() => undefined)
  await checkTold({ tenant: 'demo', withinMs: 0 }, records, () => requests, verdicts)
  return verdicts.failed()
}

test('finds a notification that nobody was told of, and one that was told in two ways', async () => {
  const records = [raised('n-1'), raised('n-2'), raised('n-3', 'other')]
  assert.equal(await faultsOf(records, [told('n-1'), told('n-2'), told('n-2')]), 0)
  assert.notEqual(await faultsOf(records, [told('n-1')]), 0)
  assert.notEqual(await faultsOf(records, [told('n-1'), told('n-2'), told('n-2', 'otherwise')]), 0)
})
