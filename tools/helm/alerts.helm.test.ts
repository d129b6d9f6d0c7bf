import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueSets } from './chart.ts'
import { helms, render } from './helm.ts'

type Rule = Readonly<{ alert?: string; annotations?: Readonly<Record<string, string>> }>

/** The alerts of the PrometheusRule, with their annotations. */
async function alertsOf(set: Readonly<Record<string, unknown>> = {}) {
  const manifests = await render(helms['helm 4'], valueSets.get('monitoring') ?? [], set)
  const [found, ...others] = manifests.filter(({ kind }) => kind === 'PrometheusRule')
  assert.deepEqual(others, [])
  const groups = (found?.spec?.['groups'] ?? []) as readonly Readonly<{ rules: readonly Rule[] }>[]
  return groups.flatMap(({ rules }) =>
    rules.flatMap(({ alert, annotations = {} }) => (alert === undefined ? [] : [{ alert, annotations }])),
  )
}

test('an alert leads to its runbook at the address of the values, and without one nowhere', async () => {
  const linked = await alertsOf()
  assert.ok(linked.length > 10)
  for (const { alert, annotations } of linked)
    assert.equal(annotations['runbook_url'], `https://docs.example/runbooks#${alert.toLowerCase()}`)
  const unlinked = linked.map(({ alert, annotations }) => {
    const others = Object.entries(annotations).filter(([name]) => name !== 'runbook_url')
    return { alert, annotations: Object.fromEntries(others) }
  })
  assert.deepEqual(await alertsOf({ 'monitoring.prometheusRule.runbooksUrl': '' }), unlinked)
})
