import type { ApiKey, App, AppRecord, Codecs } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { problem } from '@watchword/service-kit'
import { isUserNames, type UserNames } from '@watchword/user-names'
import { parseKey, secretMatches } from './api-key.ts'
import type { Caller } from './scopes.ts'

export type OwnedKey = Readonly<{ tenant: string; key: ApiKey }>
export type OwnedApp = Readonly<{ tenant: string; app: App }>

export type KnownAccessDeps = Readonly<{
  codecs: Pick<Codecs, 'app'>
  /** A record nobody can read was skipped; the key or app it is about is unknown until it is written again. */
  onUnreadable?: ((record: LogRecord, error: unknown) => void) | undefined
}>

/** The apps and keys that the records so far have told of. */
export interface KnownAccess {
  apply(record: LogRecord): void
  /** Who presents this text of a key; throws `invalid-credentials`. */
  callerOf(text: string): Caller
  key(id: string): OwnedKey | undefined
  keys(): Iterable<OwnedKey>
  app(tenant: string, id: string): App | undefined
  apps(): Iterable<OwnedApp>
  hasApps(tenant: string): boolean
  /** How a tenant reads the names of its users; throws `unavailable` where no app says it, or says what this build does not know. */
  userNamesOf(tenant: string): UserNames
}

export function createKnownAccess({ codecs, onUnreadable }: KnownAccessDeps): KnownAccess {
  const keys = new Map<string, OwnedKey>()
  const apps = new Map<string, OwnedApp>()
  /** Who presents which key text, so that it is not hashed at every request; nothing in it outlives a change of any key. */
  const callers = new Map<string, Caller>()
  /** By tenant, and by whose app: all apps of a tenant have one rule. It outlives an app that cannot be read, since another rule would open locks. */
  const names = new Map<string, Readonly<{ app: string; rule: string }>>()

  function decode(record: LogRecord, value: Uint8Array): AppRecord | undefined {
    try {
      return codecs.app.decode(value)
    } catch (error) {
      onUnreadable?.(record, error)
      return undefined
    }
  }

  // What cannot be read may have been the revocation: the key must not live on, nor one bad record end the service.
  function forget(recordKey: string): void {
    const [tenant, kind, id = ''] = recordKey.split(':')
    if (kind === 'app') apps.delete(`${tenant}:${id}`)
    if (kind === 'key' && keys.get(id)?.tenant === tenant) {
      callers.clear()
      keys.delete(id)
    }
  }

  function hold({ tenant, body }: AppRecord): void {
    if (body.type === 'app') {
      const { id, userNames: rule } = body.data
      apps.set(`${tenant}:${id}`, { tenant, app: body.data })
      // Where two differ, which nobody can have made, every process takes the same one.
      if (id <= (names.get(tenant)?.app ?? id)) names.set(tenant, { app: id, rule })
    } else {
      callers.clear()
      keys.set(body.data.id, { tenant, key: body.data })
    }
  }

  function proven(text: string): Caller {
    const presented = parseKey(text)
    const owned = presented && keys.get(presented.keyId)
    if (!presented || !owned || owned.key.revoked || !secretMatches(presented.secret, owned.key.secretHash))
      throw problem('invalid-credentials')
    return { tenant: owned.tenant, app: owned.key.app, keyId: owned.key.id, scopes: owned.key.scopes }
  }

  return {
    apply(record) {
      if (record.value === null) return
      const decoded = decode(record, record.value)
      if (decoded === undefined) forget(record.key)
      else hold(decoded)
    },
    callerOf(text) {
      const known = callers.get(text)
      if (known !== undefined) return known
      const caller = proven(text)
      // Only texts that were proven, and each key has one: there are never more of them than keys.
      callers.set(text, caller)
      return caller
    },
    key: (id) => keys.get(id),
    keys: () => keys.values(),
    app: (tenant, id) => apps.get(`${tenant}:${id}`)?.app,
    apps: () => apps.values(),
    hasApps: (tenant) => names.has(tenant),
    userNamesOf(tenant) {
      const rule = names.get(tenant)?.rule
      if (!isUserNames(rule)) throw problem('unavailable')
      return rule
    },
  }
}
