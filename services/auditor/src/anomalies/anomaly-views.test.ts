import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { anomalyViews } from './anomaly-views.ts'

const document = readFileSync(new URL('../../../../docs/analytics.md', import.meta.url), 'utf8')

test('docs/analytics.md explains each view and its columns, in order, and no other', () => {
  const sections = document.split(/^## /m).slice(1)
  assert.deepEqual(
    sections.map((section) => section.split('\n', 1)[0]),
    anomalyViews.map(({ name }) => name),
  )
  for (const [index, { name, about, columns }] of anomalyViews.entries()) {
    const section = sections[index] ?? ''
    const documented = [...section.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, column, text]) => [column, text])
    assert.deepEqual(
      documented.slice(2),
      Object.entries(columns).map(([column, described]) => [column, described.about]),
      name,
    )
    for (const part of [about, '**Formula.**', '**Thresholds.**', '**False positives.**'])
      assert.ok(section.includes(part), `${name}: ${part}`)
  }
})

test('no view asks a table for a tenant by a name that a column of its own could have', () => {
  for (const { name, query } of anomalyViews) {
    const tables = query.match(
      /\b(?:FROM|JOIN) (?:user_days|user_places|sign_ins|risk_days|lock_events|session_events|assessment_signals|verdicts)\b/g,
    )
    const tenants = query.match(
      /\b(?:user_days|user_places|sign_ins|risk_days|lock_events|session_events|assessment_signals|verdicts)\.tenant = \{tenant:String\}/g,
    )
    assert.equal(tenants?.length, tables?.length, name)
    assert.doesNotMatch(query, /(?<!\.)\btenant =/, name)
  }
})
