import { escapedHtml } from '@watchword/service-kit'
import type { Raised } from '../deliveries/raised.ts'
import type { MailConfig } from './mail-config.ts'
import { type Locale, type MailTexts, mailTexts } from './mail-texts.ts'
import { type ReportLink, reportLink } from './report-link.ts'

/** A mail without its addresses. */
export type MailMessage = Readonly<{ subject: string; text: string; html: string }>

/**
 * What a person is told: which kind of thing, when, and what to do if it was somebody else. No name, address, device or evidence: a mailbox may be read by
 * whoever caused it.
 */
export function mailMessage(
  raised: Raised,
  locale: Locale,
  { service, link }: Pick<MailConfig, 'service' | 'link'>,
  reportKey?: Uint8Array,
): MailMessage {
  const { kind, similar } = raised.data
  const texts = mailTexts[locale]
  const when = `${texts.when}: ${new Date(raised.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const leads = link === undefined ? undefined : reportLink(raised, link, reportKey)
  const paragraphs = [
    texts.greeting,
    texts.sentences[kind],
    when,
    ...(similar === 0 ? [] : [kind === 'digest' ? texts.atLeast(similar) : texts.similar(similar)]),
    ...(kind === 'approval-requested' ? [] : [`${texts.wasThisYou} ${adviceOf(texts, leads)}`]),
  ]
  const shown = kind === 'approval-requested' ? undefined : leads?.target
  return {
    subject: `${service}: ${texts.subjects[kind]}`,
    text: [...paragraphs, ...(shown === undefined ? [] : [shown]), service].join('\n\n'),
    html: htmlOf(paragraphs, shown, service, locale),
  }
}

function adviceOf({ nothingToDo, answer, link, noLink }: MailTexts, leads: ReportLink | undefined): string {
  if (leads === undefined) return `${nothingToDo} ${noLink}`
  return leads.canAnswer ? answer : `${nothingToDo} ${link}`
}

function htmlOf(paragraphs: readonly string[], target: string | undefined, service: string, locale: Locale): string {
  const body = paragraphs.map((text) => `<p>${escapedHtml(text)}</p>`)
  const anchor = target === undefined ? [] : [`<p><a href="${escapedHtml(target)}">${escapedHtml(target)}</a></p>`]
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><body>${[...body, ...anchor, `<p>${escapedHtml(service)}</p>`].join('')}</body></html>`
}
