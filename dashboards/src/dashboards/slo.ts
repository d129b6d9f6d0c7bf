import { dashboard } from '../build/dashboard.ts'
import { stat, timeSeries } from '../build/panels.ts'
import { metric, metricNow } from '../build/queries.ts'
import { processVariables } from '../build/variables.ts'
import { objectives } from '../rules/objectives.ts'
import type { Step } from '../build/looks.ts'

const of = 'job=~"$job", instance=~"$instance"'

/** Green while the objective holds. */
function heldAt(objective: number): readonly Step[] {
  return [
    [0, 'red'],
    [objective, 'green'],
  ]
}

const [decision, push, answers] = [objectives.decision, objectives.push, objectives.answers]

const standing = [decision, push, answers].flatMap((objective) => [
  stat({
    title: objective.title,
    description: `The share of the time that is shown. ${objective.promise}`,
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 2,
    steps: heldAt(objective.target),
    ask: [metricNow(`1 - ${objective.badShare(of, '$__range')}`)],
  }),
  stat({
    title: `Budget of ${objective.subject}`,
    description: `Of the failures that ${objective.target * 100} % allow in the time that is shown; below 0 the objective is missed.`,
    width: 4,
    height: 4,
    unit: 'percentunit',
    decimals: 0,
    steps: [
      [-100, 'red'],
      [0, 'orange'],
      [0.3, 'green'],
    ],
    ask: [metricNow(`1 - ${objective.badShare(of, '$__range')} / ${budgetOf(objective.target)}`)],
  }),
])

/** Without the noise of a difference of floats. */
function budgetOf(target: number): number {
  return Number((1 - target).toFixed(6))
}

function quantiles(name: string, more: string) {
  return [0.5, 0.95, 0.99].map((quantile) =>
    metric(
      `histogram_quantile(${quantile}, sum by (le) (rate(${name}_bucket{${more}${of}}[$__rate_interval])))`,
      `p${quantile * 100}`,
    ),
  ) as [ReturnType<typeof metric>, ...ReturnType<typeof metric>[]]
}

const latencies = [
  timeSeries({
    title: 'From the event to the decision',
    description: 'From the moment the log took an activity to the moment it had the judgement.',
    width: 12,
    height: 8,
    unit: 's',
    legend: 'table',
    ask: quantiles('watchword_event_to_decision_seconds', 'stage="profile", '),
  }),
  timeSeries({
    title: 'From the decision to the push',
    description:
      'From the moment the log took a lock or what else happened to a session to the moment it was written to a socket.',
    width: 12,
    height: 8,
    unit: 's',
    legend: 'table',
    ask: quantiles('watchword_event_to_push_seconds', ''),
  }),
  timeSeries({
    title: 'From the record to what each stage said, p99',
    description: 'The same for every stage: judgements (profile), shared devices and addresses (entity), locks (lock).',
    width: 12,
    height: 8,
    unit: 's',
    ask: [
      metric(
        `histogram_quantile(0.99, sum by (le, stage) (rate(watchword_event_to_decision_seconds_bucket{${of}}[$__rate_interval])))`,
        '{{stage}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Burn of the budgets',
    description: '1 spends exactly what the objective allows. Alerts come at 14.4 (an hour) and 6 (six hours).',
    width: 12,
    height: 8,
    unit: 'none',
    ask: [
      metric(`${decision.badShare(of, '$__rate_interval')} / ${budgetOf(decision.target)}`, 'decision'),
      metric(`${push.badShare(of, '$__rate_interval')} / ${budgetOf(push.target)}`, 'push'),
      metric(`${answers.badShare(of, '$__rate_interval')} / ${budgetOf(answers.target)}`, 'answers'),
    ],
  }),
]

const http = [
  timeSeries({
    title: 'Requests per second',
    description:
      'By the class of the answer: 2xx went well, 4xx is the caller, 5xx the platform; shed is what can wait and was told to come later (503).',
    width: 8,
    height: 8,
    unit: 'reqps',
    ask: [
      metric(
        `
          sum by (class) (label_replace(label_replace(
            rate(watchword_http_request_duration_seconds_count{${of}}[$__rate_interval]),
            "class", "\${1}xx", "code", "(.).*"), "class", "shed", "shed", "true"))`,
        '{{class}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Time of requests, p99',
    description: 'By route; what waits for a judgement (Prefer: wait) is among them.',
    width: 8,
    height: 8,
    unit: 's',
    ask: [
      metric(
        `topk(8, histogram_quantile(0.99, sum by (le, route) (rate(watchword_http_request_duration_seconds_bucket{${of}}[$__rate_interval]))))`,
        '{{route}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Checks released without an answer',
    description:
      'Requests that were let through although nobody knew how the user stands, as the failure mode of their route says.',
    width: 8,
    height: 8,
    unit: 'ops',
    ask: [
      metric(
        `sum by (mode) (rate(watchword_check_released_unknown_total{${of}}[$__rate_interval]))`,
        'released {{mode}}',
      ),
    ],
  }),
]

/** Whether the promises on time and answers are kept. */
export const slo = dashboard({
  uid: 'watchword-slo',
  title: 'Watchword / Objectives',
  description: 'Whether the promises on time and answers are kept.',
  variables: processVariables,
  sections: [
    { title: 'Objectives', panels: standing },
    { title: 'Latency', panels: latencies },
    { title: 'HTTP', panels: http },
  ],
})
