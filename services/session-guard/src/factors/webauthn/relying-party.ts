import type { App } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'

/** For whom a passkey is made: the domain that it answers to, and the origins whose pages may use it. */
export type RelyingParty = Readonly<{ rpId: string; name: string; origins: readonly string[] }>

/**
 * The relying party of an app: its `rpId`, or the host of its origins if they have one and the same. Throws `conflict` for an app that
 * names neither: a page without an origin on the list has no passkeys.
 */
export function relyingPartyOf(app: App | undefined): RelyingParty {
  const origins = app?.origins ?? []
  const hosts = [...new Set(origins.map((origin) => new URL(origin).hostname))]
  const rpId = app?.rpId ?? (hosts.length === 1 ? hosts[0] : undefined)
  if (app === undefined || rpId === undefined)
    throw problem('conflict', { detail: 'The app needs origins, and an rpId where they have several hosts.' })
  return { rpId, name: app.name ?? app.id, origins }
}
