/** An activity as an app would send it to `POST /v1/activities`; replays may name tenant and app as well. */
export type ReportedActivity = Readonly<Record<string, unknown>>

/** What a line of an input was read as; a line that is no activity says why, and stands for itself. */
export type ConnectorResult =
  | Readonly<{ ok: true; activity: ReportedActivity }>
  | Readonly<{ ok: false; line: number; detail: string }>

/** Leaves out what a source does not say, so that its absence is absence and not `null`. */
export function present(fields: Readonly<Record<string, unknown>>): ReportedActivity {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== null && value !== '' && !isEmpty(value),
    ),
  )
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Reads the times of vendors, which write a blank for the T, up to nine decimals and no zone (UTC then); undefined when it is none. */
export function vendorTime(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim())
  if (!match) return undefined
  const [, day, clock, fraction = '.000', zone = 'Z'] = match
  const time = new Date(`${day}T${clock}${fraction.slice(0, 4).padEnd(4, '0')}${zone}`)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}
