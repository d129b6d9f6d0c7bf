/** An alert of Prometheus. */
export type AlertRule = Readonly<{
  /** Also the heading of its runbook. */
  alert: string
  expr: string
  /** How long it has to be so; absent: at once. */
  for?: string
  /** `page` wakes somebody, `ticket` waits for the morning. */
  severity: 'page' | 'ticket'
  /** The longer of the windows that it looks at, where alerts of one name look at several. */
  window?: string
  /** One sentence, what is wrong. */
  summary: string
  /** What it means, with the values of the alert. */
  description: string
}>

/** A value that is computed once for all that ask for it. */
export type RecordingRule = Readonly<{ record: string; expr: string }>

export type RuleGroup = Readonly<{
  name: string
  /** How often it is evaluated; default: as Prometheus does. */
  interval?: string
  rules: readonly (AlertRule | RecordingRule)[]
}>
