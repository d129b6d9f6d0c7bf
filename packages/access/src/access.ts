import { type ApiKey, type App, type AppRecord, type Codecs, topicOf } from '@watchword/contracts'
import { cloudEventHeaders, type EventLog, type LogRecord } from '@watchword/event-log'
import { problem } from '@watchword/service-kit'
import { exactNames, type UserNames } from '@watchword/user-names'
import { type Clock, createView, type StreamError } from '@watchword/stream'
import { hashSecret, newKey, parseKey, secretMatches } from './api-key.ts'
import { createKnownAccess } from './known-access.ts'
import type { Caller, Scope } from './scopes.ts'

export type AccessDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'app'>
  clock: Clock
  randomBytes: (size: number) => Uint8Array
  /** A fault that ended the view. */
  onFatal: (error: StreamError) => void
  /** A record nobody can read was skipped; the key or app it is about is unknown until it is written again. */
  onUnreadable?: (record: LogRecord, error: unknown) => void
}>

export type NewApp = Readonly<{
  id: string
  name?: string
  origins?: readonly string[]
  rpId?: string
  issuer?: string
  /** How the names of users are read; default: as in the tenant's other apps, and `exact` in its first. */
  userNames?: UserNames
}>

/** What became of a key that somebody else has made: it is in force now; or it was revoked; or its text is none, or that of another key. */
export type KeyAdmission = 'in-force' | 'revoked' | 'refused'

export type NewKey = Readonly<{ app: string; scopes: readonly Scope[]; name?: string }>

/** Apps and API keys, known by tailing `watchword.app.v1`; a change holds as soon as the record arrives. */
export interface Access {
  /** Who calls with this Authorization header; throws `missing-credentials`, `invalid-credentials` or `insufficient-scope`. Any of several scopes is enough. */
  authenticate(authorization: string | undefined, ...anyOf: readonly Scope[]): Caller
  /** The same for the text of a key alone, without a scheme. */
  authenticateKey(key: string | undefined, ...anyOf: readonly Scope[]): Caller
  /** Whether the key is still in force, for connections that outlive a request. */
  isLive(caller: Caller): boolean
  appOf(tenant: string, app: string): App | undefined
  appsOf(tenant: string): readonly App[]
  /** The apps that list this exact origin, in any tenant. */
  appsOfOrigin(origin: string): readonly Readonly<{ tenant: string; app: App }>[]
  keysOf(tenant: string): readonly ApiKey[]
  /** How a tenant reads the names of its users; throws `unavailable` where nobody can know. */
  userNamesOf(tenant: string): UserNames
  /** Throws `conflict` for another rule of names than the tenant has. */
  putApp(tenant: string, app: NewApp, traceparent?: string): Promise<App>
  /** Answers the key's text, which nobody can read again; throws `not-found` for an unknown app. */
  createKey(tenant: string, key: NewKey, traceparent?: string): Promise<Readonly<{ id: string; key: string }>>
  /** The same with a text that was made elsewhere; one that is known, or was revoked, stays as it is. */
  admitKey(tenant: string, key: NewKey, text: string): Promise<KeyAdmission>
  /** False when there is no such key. */
  revokeKey(tenant: string, id: string, traceparent?: string): Promise<boolean>
  stop(): Promise<void>
}

/** Starts the view and resolves when it has read everything there was. */
export async function createAccess(deps: AccessDeps): Promise<Access> {
  const { log, codecs, clock, randomBytes, onUnreadable } = deps
  const topic = topicOf('app')
  const known = createKnownAccess({ codecs, onUnreadable })

  // Its age is nobody's question, so its end is asked for now and then only.
  const view = await createView(
    { topics: [topic], pollEveryMs: 60_000 },
    { log, clock, onRecord: (record) => known.apply(record), onFatal: deps.onFatal },
  )
  await view.ready

  async function write({ tenant, body }: Pick<AppRecord, 'tenant' | 'body'>, traceparent?: string): Promise<void> {
    const record = { tenant, at: clock.now(), body }
    const key = `${tenant}:${body.type === 'app' ? 'app' : 'key'}:${body.data.id}`
    const headers = cloudEventHeaders({
      id: Buffer.from(randomBytes(16)).toString('hex'),
      type: `watchword.${body.type}`,
      source: 'access',
      time: record.at,
      traceparent,
    })
    await log.append([{ topic, key, value: codecs.app.encode(record), headers }])
    // In the order of the log: held at once, it would be undone while an older record of the key is still on its way here.
    await view.refresh()
  }

  async function writeKey(tenant: string, data: ApiKey, traceparent?: string): Promise<void> {
    await write({ tenant, body: { type: 'api-key', data } }, traceparent)
  }

  /** Whether there is such an app, also one that another process has made a moment ago. */
  async function hasApp(tenant: string, app: string): Promise<boolean> {
    if (known.app(tenant, app) === undefined) await view.refresh()
    return known.app(tenant, app) !== undefined
  }

  /** The tenant's rule of names, which its first app has fixed: by another one, locks and factors under the names so far would be nobody's. */
  async function namesFor(tenant: string, wanted: UserNames | undefined): Promise<UserNames> {
    await view.refresh()
    if (!known.hasApps(tenant)) return wanted ?? exactNames
    const names = known.userNamesOf(tenant)
    if (wanted !== undefined && wanted !== names)
      throw problem('conflict', { detail: `The names of users in this tenant are ${names}, which cannot change.` })
    return names
  }

  function admit(text: string, anyOf: readonly Scope[]): Caller {
    const caller = known.callerOf(text)
    if (!anyOf.some((scope) => caller.scopes.includes(scope)))
      throw problem('insufficient-scope', { detail: `This needs the scope ${anyOf.join(' or ')}.` })
    return caller
  }

  return {
    authenticate(authorization, ...anyOf) {
      if (authorization === undefined || authorization === '') throw problem('missing-credentials')
      // What follows the scheme has to be a key to the last character, so more words are refused with it.
      if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') throw problem('invalid-credentials')
      return admit(authorization.slice(7), anyOf)
    },

    authenticateKey(key, ...anyOf) {
      if (key === undefined || key === '') throw problem('missing-credentials')
      return admit(key, anyOf)
    },

    isLive(caller) {
      const owned = known.key(caller.keyId)
      return owned !== undefined && !owned.key.revoked
    },

    appOf: (tenant, app) => known.app(tenant, app),

    appsOf: (tenant) => [...known.apps()].filter((owned) => owned.tenant === tenant).map((owned) => owned.app),

    userNamesOf: (tenant) => known.userNamesOf(tenant),

    appsOfOrigin: (origin) => [...known.apps()].filter((owned) => owned.app.origins.includes(origin)),

    keysOf: (tenant) => [...known.keys()].filter((owned) => owned.tenant === tenant).map((owned) => owned.key),

    async putApp(tenant, app, traceparent) {
      const { id, name = null, origins = [], rpId = null, issuer = null } = app
      const userNames = await namesFor(tenant, app.userNames)
      const data: App = { id, name, origins, rpId, issuer, userNames }
      await write({ tenant, body: { type: 'app', data } }, traceparent)
      return data
    },

    async createKey(tenant, { app, scopes, name = null }, traceparent) {
      if (!(await hasApp(tenant, app))) throw problem('not-found', { detail: 'There is no such app.' })
      const { keyId: id, secret, text } = newKey(randomBytes)
      await writeKey(tenant, { id, app, scopes, secretHash: hashSecret(secret), name, revoked: false }, traceparent)
      return { id, key: text }
    },

    async admitKey(tenant, { app, scopes, name = null }, text) {
      const made = parseKey(text)
      if (made === undefined) return 'refused'
      const { keyId, secret } = made
      await view.refresh()
      const owned = known.key(keyId)
      if (owned !== undefined) {
        if (owned.tenant !== tenant || !secretMatches(secret, owned.key.secretHash)) return 'refused'
        return owned.key.revoked ? 'revoked' : 'in-force'
      }
      if (!(await hasApp(tenant, app))) throw problem('not-found', { detail: 'There is no such app.' })
      await writeKey(tenant, { id: keyId, app, scopes, secretHash: hashSecret(secret), name, revoked: false })
      return 'in-force'
    },

    async revokeKey(tenant, id, traceparent) {
      if (known.key(id) === undefined) await view.refresh()
      const owned = known.key(id)
      if (!owned || owned.tenant !== tenant) return false
      await writeKey(tenant, { ...owned.key, revoked: true }, traceparent)
      return true
    },

    stop: () => view.stop(),
  }
}
