import { dashboards } from './dashboards/dashboards.ts'
import { ruleFile } from './rules/rule-file.ts'

/** What Grafana and Prometheus read, by the path in the repository. */
export function grafanaFiles(): readonly (readonly [path: string, text: string])[] {
  return [
    ...dashboards.map(
      (dashboard) =>
        [`dashboards/generated/grafana/${dashboard.uid}.json`, `${JSON.stringify(dashboard, undefined, 2)}\n`] as const,
    ),
    ['dashboards/generated/prometheus/watchword.rules.yml', ruleFile()],
  ]
}
