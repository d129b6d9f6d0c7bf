import { type Objective, objectives } from './objectives.ts'
import type { AlertRule, RecordingRule, RuleGroup } from './rule.ts'

/**
 * Alerts on the rate at which the budget of failures is spent, over two windows each: the long one says that it matters, the short one that it goes on.
 * @see https://sre.google/workbook/alerting-on-slos/ (6: Multiwindow, Multi-Burn-Rate Alerts): 2 % of 30 days in an hour, 5 % in six hours, 10 % in three days.
 */
const windows = [
  { burn: 14.4, long: '1h', short: '5m', for: '2m', severity: 'page' },
  { burn: 6, long: '6h', short: '30m', for: '15m', severity: 'page' },
  { burn: 1, long: '3d', short: '6h', for: '1h', severity: 'ticket' },
] as const

type Name = keyof typeof objectives

const alerts: Readonly<Record<Name, string>> = {
  decision: 'WatchwordDecisionsLate',
  push: 'WatchwordPushesLate',
  answers: 'WatchwordRequestsFail',
}

const ranges = ['5m', '30m', '1h', '6h', '3d'] as const

function recordOf(name: Name, range: string): string {
  return `watchword:${name}_bad:ratio_rate${range}`
}

function recordings(name: Name, objective: Objective): readonly RecordingRule[] {
  return ranges.map((range) => ({ record: recordOf(name, range), expr: objective.badShare('', range) }))
}

function burns(name: Name, { title, promise, target }: Objective): readonly AlertRule[] {
  const budget = Number((1 - target).toFixed(6))
  return windows.map(({ burn, long, short, for: wait, severity }) => ({
    alert: alerts[name],
    expr: `${recordOf(name, long)} > ${burn} * ${budget} and ${recordOf(name, short)} > ${burn} * ${budget}`,
    for: wait,
    severity,
    window: long,
    summary: `The objective "${title}" is missed at ${burn} times what it allows`,
    description: `${promise} In the last ${long} {{ $value | humanizePercentage }} were not.`,
  }))
}

export const burnRates: RuleGroup = {
  name: 'watchword-objectives',
  rules: (Object.entries(objectives) as [Name, Objective][]).flatMap(([name, objective]) => [
    ...recordings(name, objective),
    ...burns(name, objective),
  ]),
}
