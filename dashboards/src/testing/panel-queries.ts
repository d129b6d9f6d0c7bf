import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'

/** A question of a panel, with where it stands. Answers that are merged are shown as one list. */
export type PanelQuery = Readonly<{
  dashboard: string
  panel: string
  type: string
  refId: string
  merged: boolean
  text: string
}>

/** A dashboard as JSON, with what its panels ask. */
type Target = Readonly<{ refId: string; rawSql?: string; expr?: string }>

/** All that the panels of dashboards ask ClickHouse. */
export function clickhouseQueries(dashboards: readonly Dashboard[]): readonly PanelQuery[] {
  return queriesOf(dashboards, ({ rawSql }) => rawSql)
}

/** The same by what is shown: the questions of a merged list together, every other one by itself; with what to call it. */
export function clickhouseLists(dashboards: readonly Dashboard[]): ReadonlyMap<string, readonly PanelQuery[]> {
  return Map.groupBy(clickhouseQueries(dashboards), ({ dashboard, panel, refId, merged }) =>
    [dashboard, panel, ...(merged ? [] : [refId])].join(', '),
  )
}

/** All that they ask Prometheus. */
export function prometheusQueries(dashboards: readonly Dashboard[]): readonly PanelQuery[] {
  return queriesOf(dashboards, ({ expr }) => expr)
}

/** The panels that show something, without the headings. */
export function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== 'row')
}

function queriesOf(
  dashboards: readonly Dashboard[],
  textOf: (target: Target) => string | undefined,
): readonly PanelQuery[] {
  return dashboards.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) =>
      ((panel.targets ?? []) as unknown as readonly Target[]).flatMap((target) => {
        const text = textOf(target)
        const place = {
          dashboard: dashboard.uid ?? '',
          panel: panel.title ?? '',
          type: panel.type,
          refId: target.refId,
          merged: (panel.transformations ?? []).some(({ id }) => id === 'merge'),
        }
        return text === undefined ? [] : [{ ...place, text }]
      }),
    ),
  )
}

/** What the variables of dashboards ask ClickHouse for their values. */
export function clickhouseVariables(
  dashboards: readonly Dashboard[],
): readonly Readonly<{ dashboard: string; name: string; text: string }>[] {
  return dashboards.flatMap(({ uid = '', templating }) =>
    (templating.list ?? []).flatMap(({ name, query, datasource }) =>
      datasource?.type === 'grafana-clickhouse-datasource' && typeof query === 'string'
        ? [{ dashboard: uid, name, text: query }]
        : [],
    ),
  )
}
