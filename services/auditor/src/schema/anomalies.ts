import type { Migration } from '@watchword/clickhouse'
import type { AnomalyView } from '../anomalies/anomaly-view.ts'
import { anomalyViews } from '../anomalies/anomaly-views.ts'
import { firstQueries } from './first-anomalies.ts'

/** What comes behind `CREATE VIEW`, or what makes a view, for a view that asks `query`. */
export function viewOf({ name, columns }: AnomalyView, query: string): string {
  return `${name} @onCluster AS
    SELECT {tenant:String} AS tenant, ${['at', 'subject', ...Object.keys(columns)].join(', ')} FROM (${query})`
}

/** The views of anomalies. What changes in one of them later is a step of its own (`CREATE OR REPLACE VIEW`), and what it was stays in `firstQueries`. */
export const anomalies: Migration = {
  id: '0012',
  name: 'views of anomalies',
  sql: anomalyViews.map((view) => `CREATE VIEW IF NOT EXISTS ${viewOf(view, firstQueries[view.name] ?? view.query)}`),
}
