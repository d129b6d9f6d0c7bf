const nowhere = 'https://app.invalid'

/**
 * Where a page may lead a person: a path of the origin they are on, or an address of an origin of the app, as the URL standard reads it;
 * undefined for everything else, and for the page itself. What is answered is what was looked at, normalised, never the given text.
 */
export function safeTarget(text: string, origins: readonly string[]): string | undefined {
  const url = URL.parse(text, nowhere)
  if (url === null || url.username !== '' || url.password !== '') return undefined
  const isOwn = url.origin === nowhere && text.startsWith('/')
  if (!isOwn && !(/^https?:$/.test(url.protocol) && origins.includes(url.origin))) return undefined
  // `/.//evil.example` is a path, until it is read again.
  if (url.pathname.startsWith('//') || /^\/_guard(?:\/|$)/.test(url.pathname)) return undefined
  return isOwn ? `${url.pathname}${url.search}${url.hash}` : url.href
}

/**
 * What stands in a query for `return_to`. A proxy may write the address of the request there as it is, with its own query: then everything to the
 * end belongs to it.
 */
export function returnToOf(rawUrl: string): string | undefined {
  const text = /[?&]return_to=(.*)$/.exec(rawUrl)?.[1]
  if (text === undefined || text.startsWith('/')) return text
  return new URLSearchParams(`to=${text}`).get('to') ?? undefined
}
