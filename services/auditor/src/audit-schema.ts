import type { Migration } from '@watchword/clickhouse'
import { activities } from './schema/activities.ts'
import { analyticsColumns } from './schema/analytics-columns.ts'
import { analyticsRollups } from './schema/analytics-rollups.ts'
import { anomalies } from './schema/anomalies.ts'
import { assessments } from './schema/assessments.ts'
import { checkpoints } from './schema/checkpoints.ts'
import { counts } from './schema/counts.ts'
import { notifications } from './schema/notifications.ts'
import { positions } from './schema/positions.ts'
import { quickerAnomalies } from './schema/quicker-anomalies.ts'
import { records } from './schema/records.ts'
import { restores } from './schema/restores.ts'
import { sessionEvents } from './schema/session-events.ts'
import { verdicts } from './schema/verdicts.ts'

/** The auditor's tables, and the views that fill all of them from each insert of records. 0001 was the one table of a build before the first release. */
export const auditMigrations: readonly Migration[] = [
  records,
  activities,
  assessments,
  sessionEvents,
  counts,
  checkpoints,
  verdicts,
  notifications,
  analyticsColumns,
  analyticsRollups,
  anomalies,
  quickerAnomalies,
  positions,
  restores,
]
