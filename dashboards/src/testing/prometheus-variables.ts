import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'

/** What the variables of dashboards ask Prometheus for their values. */
export function prometheusVariables(
  dashboards: readonly Dashboard[],
): readonly Readonly<{ dashboard: string; name: string; text: string }>[] {
  return dashboards.flatMap(({ uid = '', templating }) =>
    (templating.list ?? []).flatMap(({ name, query, datasource }) =>
      datasource?.type === 'prometheus' && typeof query === 'object' && typeof query['query'] === 'string'
        ? [{ dashboard: uid, name, text: query['query'] }]
        : [],
    ),
  )
}

/**
 * `label_values(SELECTOR, LABEL)` in its parts, the one function of Grafana's that is used here.
 * @see https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
 * Throws for anything else.
 */
export function labelValuesOf(text: string): Readonly<{ selector: string; label: string }> {
  const [, selector, label] = /^label_values\((.+), ([a-z_]+)\)$/.exec(text) ?? []
  if (selector === undefined || label === undefined) throw new Error(`${text} is no label_values of Grafana`)
  return { selector, label }
}
