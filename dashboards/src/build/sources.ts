/** The data sources, by the variables that choose them: a dashboard names no data source of its own. */
export const clickhouse = { type: 'grafana-clickhouse-datasource', uid: '${clickhouse_datasource}' } as const
export const prometheus = { type: 'prometheus', uid: '${prometheus_datasource}' } as const
