import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createStageMetrics } from './stage-metrics.ts'
import { createStateMetrics } from './state-metrics.ts'
import { createUnreadableRecords } from './unreadable-records.ts'

test('every fault that an alert counts is told as 0 before the first one, which would otherwise be no increase', async () => {
  const metrics = new Registry()
  const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
  createStageMetrics({ metrics, logger, spansOf: () => undefined })('profile')
  createStateMetrics({ metrics, logger })('profile')
  createUnreadableRecords({ metrics, logger })
  const told = await metrics.metrics()
  for (const series of [
    'watchword_dlq_records_total{stage="profile",step="decode"}',
    'watchword_dlq_records_total{stage="profile",step="fold"}',
    'watchword_dlq_records_total{stage="profile",step="encode"}',
    'watchword_stage_records_folded_total{stage="profile"}',
    'watchword_stage_repaired_records_total{stage="profile"}',
    'watchword_stage_repair_failures_total{stage="profile"}',
    'watchword_state_repaired_rows_total{stage="profile"}',
    'watchword_state_repair_failures_total{stage="profile"}',
    'watchword_settings_unreadable_records_total{topic="app"}',
    'watchword_settings_unreadable_records_total{topic="policy"}',
  ])
    assert.ok(told.includes(`\n${series} 0\n`), series)
})
