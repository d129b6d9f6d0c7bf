import type { Migration } from '@watchword/clickhouse'
import type { AnomalyView } from '../anomalies/anomaly-view.ts'
import { anomalyViews } from '../anomalies/anomaly-views.ts'
import { usersAtRisk } from '../anomalies/users-at-risk.ts'
import { firstUsersAtRisk } from './first-users-at-risk.ts'

function statement({ name, columns, query }: AnomalyView, verb = 'CREATE VIEW IF NOT EXISTS'): string {
  return `${verb} ${name} @onCluster AS
    SELECT {tenant:String} AS tenant, ${['at', 'subject', ...Object.keys(columns)].join(', ')} FROM (${query})`
}

/** The views of anomalies. What changes in one of them later is a step of its own (`CREATE OR REPLACE VIEW`). */
export const anomalies: Migration = {
  id: '0012',
  name: 'views of anomalies',
  sql: anomalyViews.map((view) => statement(view === usersAtRisk ? firstUsersAtRisk : view)),
}

/** Whom an operator cleared is not at risk, and a lock whose session has ended is not in force. */
export const clearedUsers: Migration = {
  id: '0013',
  name: 'users at risk but for those who were cleared',
  sql: [statement(usersAtRisk, 'CREATE OR REPLACE VIEW')],
}
