export { dashboards } from '../dashboards/dashboards.ts'
export { sqlOf } from './grafana-query.ts'
export { clickhouseLists, type PanelQuery } from './panel-queries.ts'
