import type { Migration } from '@watchword/clickhouse'
import type { AnomalyView } from '../anomalies/anomaly-view.ts'
import { anomalyViews } from '../anomalies/anomaly-views.ts'

function statement({ name, columns, query }: AnomalyView): string {
  return `CREATE VIEW IF NOT EXISTS ${name} @onCluster AS
    SELECT {tenant:String} AS tenant, ${['at', 'subject', ...Object.keys(columns)].join(', ')} FROM (${query})`
}

/** The views of anomalies. What changes in one of them later is a step of its own (`CREATE OR REPLACE VIEW`). */
export const anomalies: Migration = {
  id: '0012',
  name: 'views of anomalies',
  sql: anomalyViews.map(statement),
}
