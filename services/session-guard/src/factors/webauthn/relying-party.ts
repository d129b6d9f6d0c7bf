import { isIP } from 'node:net'
import type { App } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'

/** For whom a passkey is made: the domain that it answers to, and the origins whose pages may use it. */
export type RelyingParty = Readonly<{ rpId: string; name: string; origins: readonly string[] }>

/**
 * The relying party of an app: its `rpId`, or the domain of its origins if they have one and the same. Throws `conflict` for an app that
 * names neither: a page without an origin on the list has no passkeys, nor has one at an address (WebAuthn Level 3, 5.1.2).
 */
export function relyingPartyOf(app: App | undefined): RelyingParty {
  const origins = app?.origins ?? []
  const rpId = rpIdOf(app)
  if (app === undefined || rpId === undefined)
    throw problem('conflict', { detail: 'The app needs origins, and an rpId where they have several domains.' })
  return { rpId, name: app.name ?? app.id, origins }
}

/** The domain that passkeys of the app are for; undefined where it names none. */
export function rpIdOf(app: App | undefined): string | undefined {
  const hosts = new Set((app?.origins ?? []).map((origin) => new URL(origin).hostname))
  const [domain, ...others] = [...hosts].filter((host) => isIP(host.replaceAll(/[[\]]/g, '')) === 0)
  return app?.rpId ?? (others.length === 0 ? domain : undefined)
}
