import type { Counter, LabelValues } from 'prom-client'

/** Tells of a series before it counts anything: one that begins with what it counts shows no increase for the first of it. */
export function beginAtZero<Label extends string>(
  counter: Counter<Label>,
  ...series: readonly LabelValues<Label>[]
): void {
  for (const labels of series) counter.inc(labels, 0)
}
