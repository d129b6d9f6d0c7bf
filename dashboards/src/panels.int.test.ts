import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Clickhouse, createClickhouse } from '@watchword/clickhouse'
import { dashboards } from './dashboards/dashboards.ts'
import { type Chosen, sqlOf } from './testing/grafana-query.ts'
import { clickhouseLists, clickhouseQueries, clickhouseVariables, type PanelQuery } from './testing/panel-queries.ts'
import { company, type SeededAudit, seededTime, startSeededAudit } from './testing/seeded-audit.ts'

let audit: SeededAudit
let client: Clickhouse

const variables = { tenant: 'demo', app: '$__all', user: 'user-0', assessment: 'a-0-0-0' }
const everything: Chosen = { ...seededTime, intervalSeconds: 300, variables }

/** Shows nothing: no rows, or nothing in them. */
function isEmpty(rows: readonly object[]): boolean {
  return rows.every((row) => Object.values(row).every((cell) => cell === null || cell === ''))
}

describe('what the panels ask ClickHouse, as the user that Grafana has', () => {
  before(async () => {
    audit = await startSeededAudit()
    const { url, database, reader } = audit
    client = createClickhouse({ url, database, username: reader.name, password: reader.password })
  })
  after(async () => {
    await client.close()
    await audit.stop()
  })

  const answersTo = async <Row extends object>(queries: readonly PanelQuery[], chosen: Chosen) =>
    (await Promise.all(queries.map(({ text }) => client.rows<Row>(sqlOf(text, chosen))))).flat()

  for (const [list, queries] of clickhouseLists(dashboards))
    test(list, async () => {
      const rows = await answersTo(queries, everything)
      assert.ok(!isEmpty(rows), JSON.stringify(rows))
      // Of some apps it is asked as well, whatever they are called.
      await answersTo(queries, { ...everything, variables: { ...variables, app: ['bank', "'; DROP"] } })
    })

  for (const { dashboard, name, text } of clickhouseVariables(dashboards))
    test(`${dashboard}, the values of ${name}`, async () => {
      const rows = await client.rows<object>(sqlOf(text, everything))
      assert.ok(!isEmpty(rows))
    })

  test('the overview shows every attack on a company of a thousand', async () => {
    const from = Date.parse(`${company.lastDay}T00:00:00Z`)
    const day: Chosen = {
      from,
      to: from + 86_399_000,
      intervalSeconds: 600,
      variables: { ...variables, tenant: company.tenant },
    }
    const kindsOf = async (panel: string): Promise<readonly string[]> => {
      const queries = clickhouseQueries(dashboards).filter((each) => each.panel === panel)
      const rows = await answersTo<{ kind?: string; user?: string; times?: string }>(queries, day)
      return rows.filter(({ times }) => times !== '0').map(({ kind, user }) => kind ?? user ?? '')
    }
    assert.ok((await kindsOf('Users at risk')).includes('victim-risk'))
    const planted = [
      'MFA fatigue',
      'credential stuffing',
      'dormant account',
      'impossible travel',
      'password spray',
      'rare place',
      'shared device',
      'unlike their peers',
      'unusual export',
    ]
    assert.deepEqual((await kindsOf('Anomalies by kind')).toSorted(), planted)
    assert.deepEqual([...new Set(await kindsOf('Anomalies'))].toSorted(), planted)
  })

  test('shows nothing of another tenant', async () => {
    for (const { panel, text, dashboard } of clickhouseQueries(dashboards)) {
      const rows = await client.rows<object>(
        sqlOf(text, { ...everything, variables: { ...variables, tenant: 'other' } }),
      )
      const numbers = rows
        .flatMap((row) => Object.values(row))
        .filter((cell) => typeof cell === 'string' && cell.includes('user-'))
      assert.deepEqual(numbers, [], `${dashboard}, ${panel}`)
    }
  })
})
