import { figure } from '../../bench/measure/report.ts'
import type { LoadResult } from '../result.ts'

/** The result as lines for people. */
export function tableOf({ kinds, figures, setting, loadAverage }: LoadResult): readonly string[] {
  return [
    '  kind          requests      good      shed    failed    p50 ms    p99 ms',
    ...kinds.map(({ kind, requests, good, shed, failed, p50Ms, p99Ms }) =>
      ['  ', kind.padEnd(10), ...[requests, good, shed, failed, p50Ms, p99Ms].map(cell)].join(''),
    ),
    ...figures.map(({ label, value, unit }) => `  ${label}: ${figure(value)} ${unit}`),
    ...setting.map((line) => `  - ${line}`),
    `  - load average ${loadAverage.before} before, ${loadAverage.after} after`,
  ]
}

function cell(value: number | null): string {
  return (value === null ? '–' : figure(value)).padStart(10)
}
