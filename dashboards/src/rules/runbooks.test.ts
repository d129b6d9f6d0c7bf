import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { alerts } from './rule-file.ts'

const page = readFileSync(new URL('../../../docs/runbooks.md', import.meta.url), 'utf8')

test('every alert has a runbook that says what it means, where to look and what to do, and there is no other', () => {
  const sections = page.split(/^## /m).slice(1)
  const names = sections.map((section) => section.split('\n')[0] ?? '')
  assert.deepEqual(names.toSorted(), [...new Set(alerts.map(({ alert }) => alert))].toSorted())
  for (const section of sections)
    for (const part of ['Means', 'Look', 'Do'])
      assert.ok(section.includes(`\n**${part}.** `), `${section.split('\n')[0]}: ${part}`)
})

test('alerts say in words what is wrong, and whom it wakes', () => {
  for (const { alert, summary, description, severity } of alerts) {
    assert.match(alert, /^Watchword[A-Z][A-Za-z]+$/)
    assert.doesNotMatch(summary, /\{|\.$/, alert)
    assert.ok(description.endsWith('.'), alert)
    assert.ok(['page', 'ticket'].includes(severity))
  }
})
