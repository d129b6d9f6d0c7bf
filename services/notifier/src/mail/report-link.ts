import { mintReportTicket } from '@watchword/access'
import { kindRules } from '@watchword/notification'
import type { Raised } from '../deliveries/raised.ts'

/** How long a person can answer by the link of a mail, milliseconds. */
export const reportTicketTtlMs = 7 * 86_400_000

/** Where the link of a mail leads, and whether the person can answer there. */
export type ReportLink = Readonly<{ target: string; canAnswer: boolean }>

/**
 * Fills `{id}` and `{ticket}` in. All of it comes from the notification, so that every copy of a mail has the same link. What is about no assessment, or has
 * names that are too long for a link, leads there without a ticket.
 */
export function reportLink(raised: Raised, link: string, reportKey: Uint8Array | undefined): ReportLink {
  const ticket = link.includes('{ticket}') ? ticketOf(raised, reportKey) : undefined
  const target = link.replaceAll('{id}', encodeURIComponent(raised.data.id)).replaceAll('{ticket}', ticket ?? '')
  return { target, canAnswer: ticket !== undefined }
}

function ticketOf({ tenant, user, at, data }: Raised, reportKey: Uint8Array | undefined): string | undefined {
  const { id: jti, kind, app, subject: assessment } = data
  if (
    reportKey === undefined ||
    kind === 'test' ||
    kind === 'digest' ||
    kindRules[kind].about !== 'assessment' ||
    app === null
  )
    return undefined
  const exp = Math.floor((at + reportTicketTtlMs) / 1_000)
  return mintReportTicket(reportKey, { tenant, app, user, assessment, jti, exp })
}
