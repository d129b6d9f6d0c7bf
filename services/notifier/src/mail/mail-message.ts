import type { Raised } from '../deliveries/raised.ts'
import type { MailConfig } from './mail-config.ts'
import { type Locale, mailTexts } from './mail-texts.ts'

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
): MailMessage {
  const { id, kind, similar } = raised.data
  const texts = mailTexts[locale]
  const when = `${texts.when}: ${new Date(raised.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const target = link?.replaceAll('{id}', encodeURIComponent(id))
  const advice = target === undefined ? texts.noLink : texts.link
  const paragraphs = [
    texts.greeting,
    texts.sentences[kind],
    when,
    ...(similar === 0 ? [] : [texts.similar(similar)]),
    ...(kind === 'approval-requested' ? [] : [`${texts.wasThisYou} ${advice}`]),
  ]
  const shown = kind === 'approval-requested' ? undefined : target
  return {
    subject: `${service}: ${texts.subjects[kind]}`,
    text: [...paragraphs, ...(shown === undefined ? [] : [shown]), service].join('\n\n'),
    html: htmlOf(paragraphs, shown, service, locale),
  }
}

function htmlOf(paragraphs: readonly string[], target: string | undefined, service: string, locale: Locale): string {
  const body = paragraphs.map((text) => `<p>${escaped(text)}</p>`)
  const anchor = target === undefined ? [] : [`<p><a href="${escaped(target)}">${escaped(target)}</a></p>`]
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><body>${[...body, ...anchor, `<p>${escaped(service)}</p>`].join('')}</body></html>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}
