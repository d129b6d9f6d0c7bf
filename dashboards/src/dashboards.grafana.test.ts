import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Clickhouse, createClickhouse } from '@watchword/clickhouse'
import { dashboards } from './dashboards/dashboards.ts'
import { ruleGroups } from './rules/rule-file.ts'
import { type DemoPlatform, startDemoPlatform } from './testing/demo-platform.ts'
import { exprOf, sqlOf } from './testing/grafana-query.ts'
import { clickhouseLists, clickhouseVariables, prometheusQueries } from './testing/panel-queries.ts'
import { type Prometheus, startPrometheus } from './testing/prometheus.ts'
import { labelValuesOf, prometheusVariables } from './testing/prometheus-variables.ts'

const root = new URL('../../', import.meta.url)
const rules = fileURLToPath(new URL('dashboards/generated/prometheus/watchword.rules.yml', root))
const known = new Set(
  [...readFileSync(new URL('docs/reference/metrics.md', root), 'utf8').matchAll(/^\| `(watchword_\w+)`/gm)].map(
    ([, name = '']) => name,
  ),
)

/** Metrics that no service has. */
function unknownMetrics(expr: string): readonly string[] {
  const names = [...expr.matchAll(/\bwatchword_\w+/g)].map(([name]) => name)
  return names.filter((name) => !known.has(name) && !known.has(name.replace(/_(?:bucket|count|sum)$/, '')))
}

let demo: DemoPlatform
let prometheus: Prometheus
let client: Clickhouse

/** The time that is shown, and the tenant, user and decision that Grafana would choose. */
const variables: Record<string, string> = { tenant: 'demo', app: '$__all' }
const chosen = () => ({ from: Date.now() - 3_600_000, to: Date.now() + 60_000, intervalSeconds: 60, variables })

/** Expressions of rules and panels, without those of metrics that only the last of them has. */
const expressions = [
  ...prometheusQueries(dashboards).map(({ dashboard, panel, refId, text }) => ({
    where: `${dashboard}, ${panel}, ${refId}`,
    expr: exprOf(text),
  })),
  ...ruleGroups.flatMap(({ rules: group }) =>
    group.flatMap((rule) => ('record' in rule ? [{ where: rule.record, expr: rule.expr }] : [])),
  ),
]

/** Parts of expressions, each with why it counts nothing on the demo: what such an expression says where nothing is counted is all that can be looked at. */
const neverHappens = new Map([
  ['code=~"5.."', 'no request meets a fault of the platform'],
  ['watchword_state_', 'states are kept for other machines on Kafka alone'],
])

/** An expression without what it says where nothing is counted, which has data whatever is asked. */
function withoutFallbacks(expr: string): string {
  return [...neverHappens.keys()].some((part) => expr.includes(part)) ? expr : expr.replaceAll(/ or vector\(.*?\)/g, '')
}

describe('the dashboards on a platform with the demo, as Prometheus and ClickHouse have it', () => {
  before(async () => {
    demo = await startDemoPlatform()
    client = createClickhouse(demo.clickhouse)
    prometheus = await startPrometheus(demo.address, [rules])
    // A counter has a rate from the second value on that is scraped.
    await demo.happen()
    await scraped()
    await demo.happen()
    await scraped()
    for (const { name, text } of clickhouseVariables(dashboards)) {
      const [first] = await client.rows<Record<string, string>>(sqlOf(text, chosen()))
      if (variables[name] === undefined) variables[name] = Object.values(first ?? {})[0] ?? ''
    }
  })
  after(async () => {
    await prometheus.stop()
    await client.close()
    await demo.platform.stop()
  })

  /** Resolves when Prometheus has what the platform counted until now. */
  async function scraped(): Promise<void> {
    const now = Date.now() / 1000
    for (;;) {
      const [up] = await prometheus.query('timestamp(watchword_build_info)')
      if (up !== undefined && Number(up.value[1]) > now) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  for (const { where, expr } of expressions)
    test(`${where}: the expression has data, of metrics that there are`, async () => {
      assert.deepEqual(unknownMetrics(expr), [])
      const samples = await prometheus.query(withoutFallbacks(expr))
      assert.ok(
        samples.some(({ value }) => value[1] !== 'NaN'),
        `${expr}\n${JSON.stringify(samples)}`,
      )
    })

  test('and what never happens here is asked for', () => {
    for (const part of neverHappens.keys())
      assert.ok(
        expressions.some(({ expr }) => expr.includes(part) && expr.includes(' or vector(')),
        part,
      )
  })

  test('numbers of a job that nobody scrapes are none, and the share of requests without a fault is all of them', async () => {
    const numbers = prometheusQueries(dashboards).filter(({ type }) => type === 'stat')
    for (const { panel, text } of numbers)
      assert.deepEqual(await prometheus.query(exprOf(text).replaceAll('job=~".+"', 'job="nobody"')), [], panel)
    const [answered] = numbers.filter(({ panel }) => panel === 'Answered')
    const [sample] = await prometheus.query(exprOf(answered?.text ?? ''))
    assert.equal(sample?.value[1], '1')
  })

  for (const { dashboard, name, text } of prometheusVariables(dashboards))
    test(`${dashboard}, ${name}: there is something to choose from`, async () => {
      const { selector, label } = labelValuesOf(text)
      const found = await prometheus.query(`group by (${label}) (${exprOf(selector)})`)
      assert.ok(found.some(({ metric }) => metric[label] !== undefined))
    })

  test('alerts are evaluated without a fault, and none of them comes', async () => {
    type Rule = Readonly<{ name: string; health: string; lastError?: string }>
    const { groups } = (await prometheus.get('rules')) as { groups: readonly { rules: readonly Rule[] }[] }
    const found = groups.flatMap((group) => group.rules)
    assert.equal(found.length, ruleGroups.flatMap((group) => group.rules).length)
    assert.deepEqual(
      found.filter(({ health }) => health !== 'ok'),
      [],
    )
    assert.deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), [])
    for (const { rules: group } of ruleGroups) for (const { expr } of group) assert.deepEqual(unknownMetrics(expr), [])
  })

  for (const [list, queries] of clickhouseLists(dashboards))
    test(`${list}: the panel shows something`, async () => {
      const rows = (await Promise.all(queries.map(({ text }) => client.rows<object>(sqlOf(text, chosen()))))).flat()
      assert.ok(
        rows.some((row) => Object.values(row).some((cell) => cell !== null && cell !== '')),
        JSON.stringify(rows),
      )
    })
})
