import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mintReportTicket } from '@watchword/access'

type Reported = Readonly<{ user: string; assessment: string }>

/** Tickets of was-this-you links, signed with the key in the data folder of a platform that runs; a new one each time. */
export function createReportTickets(data: string): (about: Reported) => string {
  const key = Buffer.from(readFileSync(join(data, 'secrets', 'report-key'), 'utf8').trim(), 'base64url')
  return ({ user, assessment }) => {
    const exp = Math.floor(Date.now() / 1000) + 600
    return mintReportTicket(key, { tenant: 'demo', app: 'demo', user, assessment, jti: randomUUID(), exp }) ?? ''
  }
}
