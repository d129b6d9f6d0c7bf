import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { readCheckpoint } from '../chain/checkpoint.ts'
import { anomalyViews } from '../anomalies/anomaly-views.ts'
import { sampleTime } from '../testing/sample-records.ts'
import { openReportWorld } from '../testing/report-world.ts'

type World = Awaited<ReturnType<typeof openReportWorld>>
/** Of what the lists hold, what is looked at one by one. */
type Listed = Readonly<{ items: readonly Readonly<Record<string, string | number>>[]; next?: string }>

let world: World
const time = (ms: number): string => new Date(sampleTime + ms).toISOString()

describe('the reports of a tenant', () => {
  before(async () => {
    world = await openReportWorld()
    await world.store([0, 1, 2, 3])
    await world.store([4], { user: '=cmd|calc' })
    await world.store([5, 6], { tenant: 'rival', user: 'alice' })
    await world.store([7], { tenant: 'rival', user: 'bob' })
    await world.store([8], { tenant: 'rival', user: 'carol' })
  })
  after(() => world.close())

  async function json<Body>(path: string, tenant = 'demo'): Promise<Body> {
    const { status, text } = await world.get(path, { tenant })
    assert.equal(status, 200, text)
    return JSON.parse(text) as Body
  }

  /** All items of a list, two a page. */
  async function all(path: string, tenant = 'demo'): Promise<Listed['items']> {
    const items: Listed['items'][number][] = []
    let cursor: string | undefined
    do {
      const page: Listed = await json<Listed>(
        `${path}${path.includes('?') ? '&' : '?'}limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`,
        tenant,
      )
      assert.ok(page.items.length <= 2)
      items.push(...page.items)
      cursor = page.next
    } while (cursor !== undefined)
    return items
  }

  describe('reports', () => {
    test('tell what is known of a user, and nothing of a namesake of another tenant', async () => {
      const place = { firstSeen: time(0), lastSeen: time(3), activities: 4 }
      assert.deepEqual(await json('/v1/users/alice/profile'), {
        user: 'alice',
        ...place,
        sessions: 4,
        lastAssessment: {
          id: 'a-0-3-0',
          time: time(3),
          score: 70,
          level: 'HIGH',
          decision: 'step-up',
          reasonAdmin: 'ip.unknown+70',
        },
        decisions: { 'step-up': 4 },
        locks: { locked: 4, unlockedByVerification: 4, unlockedByOperator: 0 },
        devices: [{ value: 'd-1', ...place }],
        addresses: [{ value: '203.0.113.7', ...place }],
        countries: [{ value: 'DE', ...place }],
        browsers: [{ value: 'Firefox Linux', ...place }],
      })
      const nobody = await json<Record<string, unknown>>('/v1/users/nobody/profile')
      assert.deepEqual([nobody['activities'], nobody['lastAssessment'], nobody['devices']], [0, undefined, []])
    })

    test('list sessions, locks and records page by page, each once, the newest first', async () => {
      const sessions = await all('/v1/sessions')
      assert.deepEqual(
        sessions.map(({ session, user }) => [session, user]),
        [
          ['s-4', '=cmd|calc'],
          ['s-3', 'alice'],
          ['s-2', 'alice'],
          ['s-1', 'alice'],
          ['s-0', 'alice'],
        ],
      )
      assert.deepEqual(sessions[1], {
        session: 's-3',
        app: 'bank',
        user: 'alice',
        firstSeen: time(3),
        lastSeen: time(3),
        activities: 1,
        devices: ['d-1'],
        addresses: ['203.0.113.7'],
        countries: ['DE'],
        level: 'HIGH',
        score: 70,
        decision: 'step-up',
      })
      const locks = await all('/v1/locks?user=alice')
      assert.deepEqual(
        locks.map(({ id, state, unlockedBy }) => [id, state, unlockedBy]),
        [3, 2, 1, 0].map((number) => [`l-${number}`, 'unlocked', 'verification']),
      )
      assert.deepEqual((await all('/v1/locks?state=locked')).length, 0)
      const records = await all('/v1/audit')
      assert.equal(
        new Set(records.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`)).size,
        records.length,
      )
      assert.equal(records.length, 5 * 5 + 2, 'and the app and the key')
      const times = records.map((record) => String(record['time']))
      assert.deepEqual(times, times.toSorted().toReversed())
    })

    test('take periods, and filters within them', async () => {
      const within = `from=${time(1)}&to=${time(3)}`
      assert.equal((await all(`/v1/audit?${within}&topic=watchword.session.v1`)).length, 6)
      assert.equal((await all(`/v1/audit?${within}&type=session.session-locked&user=alice`)).length, 2)
      assert.deepEqual(
        (await all(`/v1/sessions?${within}`)).map(({ session }) => session),
        ['s-2', 's-1'],
      )
      for (const wrong of [
        'from=yesterday',
        'to=2026-13-01T00:00:00Z',
        'from=9999-01-01T00:00:00Z',
        'limit=0',
        'cursor=x',
        'x=1',
      ])
        assert.equal((await world.get(`/v1/audit?${wrong}`)).status, 400, wrong)
    })

    test('count by minute and hour', async () => {
      const hour = [{ time: time(0), name: 'step-up', count: 5, users: 2 }]
      assert.deepEqual((await json<Listed>(`/v1/stats/decisions?to=${time(3_600_000)}`)).items, hour)
      assert.deepEqual((await json<Listed>(`/v1/stats/decisions?interval=minute&to=${time(3_600_000)}`)).items, hour)
      const names = async (stats: string) => (await all(`/v1/stats/${stats}`)).map(({ name, count }) => [name, count])
      assert.deepEqual(await names('signals'), [['ip.unknown', 5]])
      assert.deepEqual(await names('mfa'), [
        ['session-locked', 5],
        ['unlocked-by-verification', 5],
        ['verification-passed', 5],
      ])
      assert.deepEqual(await names('activities'), [['login.succeeded', 5]])
      assert.deepEqual(await names('levels'), [['HIGH', 5]])
      assert.deepEqual(await names('locks?app=bank'), [
        ['session-locked', 5],
        ['unlocked-by-verification', 5],
      ])
    })

    test('serve what the views of anomalies find, of the tenant of the key alone', async () => {
      const shared = '/v1/stats/anomalies/shared-devices'
      assert.deepEqual(await all(shared, 'rival'), [
        {
          at: time(8),
          subject: 'd-1',
          device: 'd-1',
          users: 3,
          userNames: ['alice', 'bob', 'carol'],
          activities: 4,
          countries: 1,
          firstSeen: time(5),
        },
      ])
      assert.deepEqual(await all(shared), [], 'two users are none of its business')
      assert.equal((await world.get(`${shared}?tenant=rival`)).status, 400)
      const csv = parse((await world.get(shared, { tenant: 'rival', accept: 'text/csv' })).text)
      assert.deepEqual(csv[0]?.slice(0, 5), ['at', 'subject', 'device', 'users', 'userNames'])
      assert.deepEqual(csv[1]?.slice(0, 5), [time(8), 'd-1', 'd-1', '3', 'alice bob carol'])
      for (const { name } of anomalyViews)
        for (const query of [
          '',
          '?limit=1',
          `?from=${time(0)}&to=${time(1)}`,
          '?from=1970-01-01T00:00:00Z',
          '?to=1970-01-01T00:00:00Z',
        ])
          await json(`/v1/stats/anomalies/${name.replaceAll('_', '-')}${query}`)
    })

    test('are CSV when that is asked for, with nothing a spreadsheet would run, and name the next page', async () => {
      const first = await world.get('/v1/sessions?limit=1', { accept: 'text/csv' })
      assert.match(String(first.headers['content-type']), /^text\/csv/)
      const [names, cells] = parse(first.text)
      assert.deepEqual(names?.slice(0, 3), ['session', 'app', 'user'])
      assert.deepEqual(cells?.slice(0, 3), ['s-4', 'bank', "'=cmd|calc"])
      const next = /^<(.*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? ''
      const [, second] = parse((await world.get(next, { accept: 'text/csv' })).text)
      assert.equal(second?.[0], 's-3')
      for (const accept of ['application/json, text/csv', '*/*', ''])
        assert.equal((await world.get('/v1/sessions?limit=1', { accept })).text.startsWith('{'), true, accept)
    })

    test('prove each record by the link before it, across the records of other tenants, up to a signed checkpoint', async () => {
      await world.checkpoint()
      type Proof = Listed & Readonly<{ checkpoints: readonly string[]; keys: readonly (typeof world.publicJwk)[] }>
      const links = new Map<string, string>()
      for (const tenant of ['demo', 'rival']) {
        let cursor: string | undefined
        do {
          const proof: Proof = await json<Proof>(
            `/v1/audit/proof?from=${time(0)}&limit=4${cursor === undefined ? '' : `&cursor=${cursor}`}`,
            tenant,
          )
          for (const { topic, partition, offset, previous, hash: link, record } of proof.items) {
            const bytes = Buffer.concat([Buffer.from(String(previous), 'hex'), Buffer.from(String(record), 'base64')])
            assert.equal(hash('sha256', bytes), link)
            assert.ok(bytes.includes(tenant))
            links.set(`${topic}/${partition}/${offset}`, String(link))
          }
          const signed = proof.checkpoints.map((text) => readCheckpoint(text, proof.keys))
          assert.ok(signed.length > 0 && signed.every((checkpoint) => checkpoint !== undefined))
          for (const checkpoint of signed)
            for (const chain of checkpoint?.chains ?? []) {
              const known = links.get(`${chain.topic}/${chain.partition}/${chain.offset}`)
              assert.ok(known === undefined || known === chain.hash)
            }
          cursor = proof.next
        } while (cursor !== undefined)
      }
      // Of both tenants together every link is the one before the next.
      for (const topic of ['activity', 'assessment']) {
        const chain = [0, 1, 2, 3, 4, 5, 6].map((offset) => links.get(`watchword.${topic}.v1/0/${offset}`))
        assert.equal(new Set(chain).size, 7)
        assert.ok(!chain.includes(undefined))
      }
    })

    test('foresee in their documentation all that they answer', () => {
      assert.deepEqual(world.undocumented, [])
    })
  })
})
