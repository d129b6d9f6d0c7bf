import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NotificationRecord } from '@watchword/contracts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { checkTold, raisedIn, type Told } from './check-told.ts'

function raised(id: string, tenant = 'demo', audience: readonly ('user' | 'operators')[] = []): NotificationRecord {
  const data = {
    id,
    kind: 'access-denied',
    severity: 'high',
    audience,
    app: null,
    session: null,
    device: null,
    ip: null,
    country: null,
    userAgent: null,
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

const told = (id: string, content = id): Told => ({ id, content })

async function faultsOf(raised: readonly string[], received: readonly Told[]): Promise<number> {
  const verdicts = createVerdicts(() => undefined)
  await checkTold({ by: 'webhook', withinMs: 0 }, new Set(raised), () => received, verdicts)
  return verdicts.failed()
}

test('finds a notification that nobody was told of, one that was told in two ways, and one that there never was', async () => {
  assert.equal(await faultsOf(['n-1', 'n-2'], [told('n-1'), told('n-2'), told('n-2')]), 0)
  assert.notEqual(await faultsOf(['n-1', 'n-2'], [told('n-1')]), 0)
  assert.notEqual(await faultsOf(['n-1'], [told('n-1'), told('n-1', 'otherwise')]), 0)
  assert.notEqual(await faultsOf(['n-1'], [told('n-1'), told('n-2')]), 0)
})

test('asks for nothing of another tenant, and for mails only of what people are told', () => {
  const records = [raised('n-1'), raised('n-2', 'demo', ['user', 'operators']), raised('n-3', 'other', ['user']), null]
  assert.deepEqual(raisedIn(records, 'demo'), new Set(['n-1', 'n-2']))
  assert.deepEqual(raisedIn(records, 'demo', 'user'), new Set(['n-2']))
})
