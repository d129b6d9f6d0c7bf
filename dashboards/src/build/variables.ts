import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { clickhouse, prometheus } from './sources.ts'

export type Variable = Builder<VariableModel>

const all = { selected: true, text: 'All', value: '$__all' }

const clickhouseSource = new DatasourceVariableBuilder('clickhouse_datasource')
  .label('ClickHouse data source')
  .type(clickhouse.type)

const prometheusSource = new DatasourceVariableBuilder('prometheus_datasource')
  .label('Prometheus data source')
  .type(prometheus.type)

function ofClickhouse(name: string, label: string, sql: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(clickhouse)
    .query(sql)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
}

const tenant = ofClickhouse(
  'tenant',
  'Tenant',
  'SELECT DISTINCT tenant FROM counts_by_hour ORDER BY tenant',
).description('One tenant at a time: no question is asked about several.')

const app = ofClickhouse(
  'app',
  'App',
  "SELECT DISTINCT app FROM counts_by_hour WHERE tenant = ${tenant:singlequote} AND app != '' ORDER BY app",
)
  .multi(true)
  .includeAll(true)
  .current(all)

/** Of the tenant and its apps. */
export const tenantVariables: readonly Variable[] = [clickhouseSource, tenant, app]

/** The users of the time that is shown, the ones with the highest scores first. */
export const userVariable: Variable = ofClickhouse(
  'user',
  'User',
  `SELECT user FROM assessments WHERE tenant = \${tenant:singlequote} AND $__timeFilter(at)
GROUP BY user ORDER BY max(score) DESC, user LIMIT 1000`,
).description('Ordered by the highest score of the time that is shown. Any other name can be typed.')

/** The user's newest decisions. */
export const assessmentVariable: Variable = ofClickhouse(
  'assessment',
  'Decision',
  `SELECT id, concat(formatDateTime(at, '%F %T'), ' ', toString(decision), ' ', toString(round(score)))
FROM assessments WHERE tenant = \${tenant:singlequote} AND user = \${user:singlequote} AND $__timeFilter(at)
ORDER BY at DESC, offset DESC LIMIT 500`,
).description('The decision that is explained.')

function ofPrometheus(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheus)
    .query({ query, refId: `PrometheusVariableQueryEditor-${name}` })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current(all)
}

const job = ofPrometheus('job', 'Job', 'label_values(watchword_build_info, job)')
const instance = ofPrometheus('instance', 'Instance', 'label_values(watchword_build_info{job=~"$job"}, instance)')

/** Of the processes that are measured. */
export const processVariables: readonly Variable[] = [prometheusSource, job, instance]
