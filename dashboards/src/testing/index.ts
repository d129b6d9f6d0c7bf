export { dashboards } from '../dashboards/dashboards.ts'
export { type Chosen, sqlOf } from './grafana-query.ts'
export { clickhouseQueries } from './panel-queries.ts'
