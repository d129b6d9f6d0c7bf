/** An item of `GET /v1/users/{user}/timeline`. */
export type TimelineItem = Readonly<{ time: string; type: string; session: string; data: unknown }>

type Facts = Readonly<Record<string, unknown>>

/** One item in one line for people. */
export function timelineLine({ time, type, session, data }: TimelineItem): string {
  const where = session === '' ? '' : `  session ${session}`
  return `${time}  ${type.padEnd(28)}${where}${detail(type, (data ?? {}) as Facts)}`
}

function detail(type: string, data: Facts): string {
  if (type === 'assessment')
    return `  ${String(data['decision'])} ${String(data['score'])} ${String(data['level'])}  ${String(data['reasonAdmin'])}`
  const body = data['body'] as { data?: Facts } | undefined
  const facts = body?.data ?? data
  const told = [
    'outcome',
    'because',
    'verdict',
    'assessment',
    'lock',
    'reason',
    'by',
    'refusal',
    'attemptsLeft',
    'change',
    'ended',
  ]
    .filter((name) => typeof facts[name] !== 'object' && facts[name] !== undefined)
    .map((name) => `${name}=${String(facts[name])}`)
  return told.length === 0 ? '' : `  ${told.join(' ')}`
}
