import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BankCustomer, createBankCustomer, startUp, type TestPlatform } from '@watchword/cli/testing'

/** A platform with the demo bank, on which things happen. */
export type DemoPlatform = Readonly<{
  platform: TestPlatform
  /** Host and port, as Prometheus names what it scrapes. */
  address: string
  /** As Grafana's data source has them. */
  clickhouse: Readonly<{ url: string; database: string; username: string; password: string }>
  /** The story of a stolen session, a mass export whose lock its owner opens, a journey that an operator says was his, and a login from an address without coordinates. Resolves when all is stored. */
  happen: () => Promise<void>
}>

export async function startDemoPlatform(): Promise<DemoPlatform> {
  const platform = await startUp({ demo: true })
  const password = readFileSync(join(platform.data, 'secrets/clickhouse-grafana'), 'utf8').trim()
  const bob = createBankCustomer(platform, 'bob', 'battery-staple')
  await bob.signIn()
  await bob.enrol()

  return {
    platform,
    address: new URL(platform.url).host,
    clickhouse: { url: platform.clickhouseUrl, database: 'watchword', username: 'grafana', password },
    async happen() {
      const told = await platform.run(['demo', '--json'])
      assert.equal(told.code, 0, told.out.join('\n'))
      await exportAndProve(platform, bob)
      assert.equal((await bob.post('demo/attacks', { kind: 'travel' })).status, 200)
      await sayItWasBob(platform)
      await signInWithoutPlace(platform)
    },
  }
}

async function exportAndProve(platform: TestPlatform, bob: BankCustomer): Promise<void> {
  const session = await bob.signIn()
  const attacked = await bob.post('demo/attacks', { kind: 'export' })
  assert.equal(attacked.status, 200)
  const { lock } = (await asked(platform, `/v1/users/bob/status?session=${session}`)) as {
    lock?: { challengeUri: string }
  }
  assert.ok(lock)
  // The code of this half minute may be used already, by the last answer.
  const proved = await bob.prove(lock.challengeUri)
  assert.ok([200, 401].includes(proved.status), JSON.stringify(proved.body))
}

/** What an operator says, who has asked Bob, of the newest of his activities that gave points. */
async function sayItWasBob(platform: TestPlatform): Promise<void> {
  const { items } = (await asked(platform, '/v1/users/bob/timeline?limit=100')) as { items: readonly TimelineItem[] }
  const doubted = items.find(
    ({ type, data }) => type === 'assessment' && data.signals?.some(({ points }) => points > 0),
  )
  assert.ok(doubted, JSON.stringify(items))
  const answer = await posted(platform, '/v1/verdicts', { assessment: doubted.data.id, verdict: 'confirmed-safe' })
  assert.equal(answer.status, 200, await answer.text())
}

type TimelineItem = Readonly<{
  type: string
  data: Readonly<{ id?: string; signals?: readonly Readonly<{ points: number }>[] }>
}>

async function signInWithoutPlace(platform: TestPlatform): Promise<void> {
  const login = { type: 'login', outcome: 'failed', user: 'carol', session: 's-1', device: 'd-1', ip: '84.118.22.10' }
  for (const outcome of ['failed', 'succeeded']) {
    const answer = await posted(platform, '/v1/activities', { ...login, outcome })
    assert.equal(answer.status, 200, await answer.text())
  }
  // It waits until everything that was acknowledged is stored.
  await asked(platform, '/v1/users/carol/timeline')
}

function posted(platform: TestPlatform, path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json', prefer: 'wait=5' }
  return fetch(`${platform.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function asked(platform: TestPlatform, path: string): Promise<unknown> {
  const answer = await fetch(`${platform.url}${path}`, { headers: { authorization: `Bearer ${platform.key}` } })
  assert.equal(answer.status, 200)
  return answer.json()
}
