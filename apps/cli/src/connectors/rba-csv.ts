import { parse } from 'csv-parse'
import { type ConnectorResult, present, vendorTime } from './reported-activity.ts'

type RbaRow = Readonly<Record<string, string>>

/**
 * Reads the CSV of the public data set for risk-based authentication (Wiefling et al., doi 10.1145/3546069).
 * Its addresses are artificial: country, region, city and ASN come from the row, never from a look-up.
 */
export async function* readRbaCsv(input: NodeJS.ReadableStream): AsyncGenerator<ConnectorResult> {
  const rows = input.pipe(parse({ columns: true, bom: true, skip_empty_lines: true, relax_column_count: true }))
  let line = 1
  for await (const row of rows as AsyncIterable<RbaRow>) yield activityOf(row, ++line)
}

function activityOf(row: RbaRow, line: number): ConnectorResult {
  const user = row['User ID']
  const time = vendorTime(row['Login Timestamp'])
  if (!user) return { ok: false, line, detail: 'column "User ID" is empty or missing' }
  if (time === undefined) return { ok: false, line, detail: 'column "Login Timestamp" is not a time' }
  return {
    ok: true,
    activity: present({
      id: row['index'] === undefined ? undefined : `rba-${row['index']}`,
      type: 'login',
      outcome: isTrue(row['Login Successful']) ? 'succeeded' : 'failed',
      user,
      ip: row['IP Address'],
      userAgent: row['User Agent String'],
      time,
      network: present({
        country: said(row['Country']),
        region: said(row['Region']),
        city: said(row['City']),
        asn: number(row['ASN']),
      }),
      attributes: present({
        rttMs: number(row['Round-Trip Time [ms]']),
        attackIp: boolean(row['Is Attack IP']),
        accountTakeover: boolean(row['Is Account Takeover']),
      }),
    }),
  }
}

function said(text: string | undefined): string | undefined {
  return text === '-' ? undefined : text
}

function number(text: string | undefined): number | undefined {
  const value = Number(text)
  return text === undefined || text === '' || Number.isNaN(value) ? undefined : value
}

function boolean(text: string | undefined): boolean | undefined {
  return text === undefined || text === '' ? undefined : isTrue(text)
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}
