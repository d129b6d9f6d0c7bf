import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dashboards } from './dashboards/dashboards.ts'
import { schemaFaults } from './testing/schema-faults.ts'

describe('the dashboards, with the options of their panels', () => {
  test('are what the types of Grafana allow', () => assert.deepEqual(schemaFaults(dashboards), []))

  test('and a misspelt option, or a value that is none, is found', () => {
    const [first] = dashboards
    assert.ok(first?.panels)
    const panels = first.panels.map((panel) =>
      panel.type === 'stat' ? { ...panel, options: { ...panel.options, colorMode: 'sepia', grafMode: 'none' } } : panel,
    )
    const faults = schemaFaults([{ ...first, panels }]).join('\n')
    assert.match(faults, /sepia/)
  })
})
