/** A promise on a share of what happens, measured in Prometheus. */
export type Objective = Readonly<{
  title: string
  /** What is counted. */
  subject: string
  promise: string
  /** The share that has to be good. */
  target: number
  /** PromQL for the share that is bad over a range, among series with these matchers; no data where nothing happened. */
  badShare: (matchers: string, range: string) => string
}>

/** The share of a histogram above one of its bounds. */
function above(name: string, bound: number, more = ''): Objective['badShare'] {
  return (matchers, range) => {
    const within = more === '' ? matchers : [more, matchers].filter((text) => text !== '').join(', ')
    const bounded = [`le="${bound}"`, within].filter((text) => text !== '').join(', ')
    return `(1 - sum(rate(${name}_bucket{${bounded}}[${range}])) / (sum(rate(${name}_count{${within}}[${range}])) > 0))`
  }
}

/** What the alerts and the dashboard hold the platform to, over 30 days. */
export const objectives = {
  decision: {
    title: 'Decided within 250 ms',
    subject: 'decisions',
    promise: '99 % of the activities are judged 250 ms after the log took them.',
    target: 0.99,
    badShare: above('watchword_event_to_decision_seconds', 0.25, 'stage="profile"'),
  },
  push: {
    title: 'Pushed within 50 ms',
    subject: 'pushes',
    promise: '99 % of what apps and pages are told is on its way 50 ms after the log took it.',
    target: 0.99,
    badShare: above('watchword_event_to_push_seconds', 0.05),
  },
  answers: {
    title: 'Answered',
    subject: 'answers',
    promise:
      '99.9 % of the requests, but for what can wait and is told to come later, are answered without a fault of the platform (5xx).',
    target: 0.999,
    badShare: (matchers, range) => {
      const name = 'watchword_http_request_duration_seconds_count'
      const counted = ['shed=""', matchers].filter((text) => text !== '').join(', ')
      // Without a fault there is no series of faults.
      return `((sum(rate(${name}{code=~"5..", ${counted}}[${range}])) or vector(0)) / (sum(rate(${name}{${counted}}[${range}])) > 0))`
    },
  },
} as const satisfies Readonly<Record<string, Objective>>
