import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { alerts, ruleFile } from './rule-file.ts'

const root = new URL('../../../', import.meta.url)
const page = readFileSync(new URL('docs/runbooks.md', root), 'utf8')

test('every alert has a runbook that says what it means, where to look and what to do, and there is no other', () => {
  const sections = page.split(/^## /m).slice(1)
  const names = sections.map((section) => section.split('\n')[0] ?? '')
  assert.deepEqual(names.toSorted(), [...new Set(alerts.map(({ alert }) => alert))].toSorted())
  for (const section of sections)
    for (const part of ['Means', 'Look', 'Do'])
      assert.ok(section.includes(`\n**${part}.** `), `${section.split('\n')[0]}: ${part}`)
})

test('every alert as Prometheus reads it says what is wrong, what it means, and where its runbook is', () => {
  type Rule = Readonly<{ alert?: string; annotations?: Readonly<Record<string, string>> }>
  const { groups } = parse(ruleFile()) as { groups: readonly Readonly<{ rules: readonly Rule[] }>[] }
  const read = groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined))
  assert.equal(read.length, alerts.length)
  for (const { alert = '', annotations = {} } of read) {
    const { summary = '', description = '', runbook_url: runbook = '', ...others } = annotations
    assert.deepEqual(others, {}, alert)
    assert.notEqual(summary, '', alert)
    assert.ok(description.length > 20, alert)
    const [file = '', anchor = ''] = runbook.split('#')
    const headings = readFileSync(new URL(file, root), 'utf8').matchAll(/^## (.+)$/gm)
    assert.deepEqual(
      [...headings].map(([, heading = '']) => heading).filter((heading) => heading.toLowerCase() === anchor),
      [alert],
    )
  }
})

test('what a description says of an alert by its labels, the alert has', () => {
  // Those of a scrape, or those that are left by the sum.
  const hasLabel = (expr: string, label: string) =>
    expr.startsWith('up{') || new RegExp(String.raw`^\w+ by \([^)]*\b${label}\b[^)]*\)`).test(expr)
  for (const { alert, expr, description } of alerts)
    for (const [, label = ''] of description.matchAll(/\$labels\.(\w+)/g))
      assert.ok(hasLabel(expr, label), `${alert}: ${label}`)
})

test('alerts say in words what is wrong, and whom it wakes', () => {
  for (const { alert, summary, description, severity } of alerts) {
    assert.match(alert, /^Watchword[A-Z][A-Za-z]+$/)
    assert.doesNotMatch(summary, /\{|\.$/, alert)
    assert.ok(description.endsWith('.'), alert)
    assert.ok(['page', 'ticket'].includes(severity))
  }
})
