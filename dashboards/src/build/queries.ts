import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { clickhouse, prometheus } from './sources.ts'

export type Query = Builder<Dataquery>

/** A question to one of the data sources; a panel names its questions A, B and so on. */
export type Question = (refId: string) => Query

/** As the ClickHouse plugin keeps a query that is written as SQL. */
type ClickhouseQuery = Dataquery &
  Readonly<{
    refId: string
    datasource: typeof clickhouse
    editorType: 'sql'
    rawSql: string
    queryType: 'table' | 'timeseries'
    /** 0: a column `time`, labels and values become series; 1: rows. */
    format: 0 | 1
    pluginVersion: string
  }>

const pluginVersion = '4.11.0'

/** Rows of ClickHouse. */
export function rows(sql: string): Question {
  return (refId) => ofClickhouse({ refId, rawSql: trimmed(sql), queryType: 'table', format: 1 })
}

/** Series of ClickHouse: a column `time`, columns of text for the labels, one of numbers named `value`. */
export function series(sql: string): Question {
  return (refId) => ofClickhouse({ refId, rawSql: trimmed(sql), queryType: 'timeseries', format: 0 })
}

function ofClickhouse(query: Pick<ClickhouseQuery, 'refId' | 'rawSql' | 'queryType' | 'format'>): Query {
  return {
    build: (): ClickhouseQuery =>
      ({ datasource: clickhouse, editorType: 'sql', pluginVersion, ...query }) as ClickhouseQuery,
  }
}

/** A metric over time. */
export function metric(expr: string, legend: string): Question {
  return (refId) =>
    new DataqueryBuilder().datasource(prometheus).refId(refId).expr(trimmed(expr)).legendFormat(legend).range()
}

/** A metric as it is at the end of the time that is shown. */
export function metricNow(expr: string, legend = '__auto'): Question {
  return (refId) =>
    new DataqueryBuilder()
      .datasource(prometheus)
      .refId(refId)
      .expr(trimmed(expr))
      .legendFormat(legend)
      .format(PromQueryFormat.TimeSeries)
      .instant()
}

/** Lines without what they share of their indentation. */
function trimmed(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n')
  const indents = lines.flatMap((line) => (line.trim() === '' ? [] : [/^ */.exec(line)?.[0].length ?? 0]))
  const shared = Math.min(...indents)
  return lines.map((line) => line.slice(shared)).join('\n')
}
