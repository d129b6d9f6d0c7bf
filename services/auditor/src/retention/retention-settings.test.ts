import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from '@watchword/service-kit'
import { Type } from 'typebox'
import { checkRetention, type Retention, retentionSettings } from './retention-settings.ts'

const schema = Type.Object({ audit: Type.Object(retentionSettings) })

function pathsOf(work: () => void): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.faults.map(({ path }) => path)
  }
}

test('a retention that is no number of days is refused with its key', () => {
  for (const value of ['-1', '1.5', '10001', 'for ever', ''])
    assert.deepEqual(
      pathsOf(() => loadConfig(schema, { env: { WATCHWORD_AUDIT_RECORDS_RETENTION_DAYS: value } })),
      ['audit.recordsRetentionDays'],
      value,
    )
  assert.deepEqual(loadConfig(schema, { env: { WATCHWORD_AUDIT_RECORDS_RETENTION_DAYS: '0' } }), {
    audit: { recordsRetentionDays: 0 },
  })
})

test('no copy of the records may be kept longer than they are, and what names no user may', () => {
  const paths = (retention: Retention) => pathsOf(() => checkRetention(retention))
  assert.deepEqual(paths({}), [])
  assert.deepEqual(paths({ derivedRetentionDays: 0, rollupsRetentionDays: 9_000 }), [])
  assert.deepEqual(paths({ recordsRetentionDays: 0, derivedRetentionDays: 0 }), [])
  assert.deepEqual(paths({ recordsRetentionDays: 90, derivedRetentionDays: 90, hoursRetentionDays: 0 }), [])
  assert.deepEqual(paths({ recordsRetentionDays: 90, derivedRetentionDays: 91, rollupsRetentionDays: 0 }), [
    'audit.derivedRetentionDays',
    'audit.rollupsRetentionDays',
  ])
})
