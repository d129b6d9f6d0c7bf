/** A lock as the guard pushes it. */
export type Lock = {
  readonly id: string
  /** Rises with each change; a result for one version never opens another. */
  readonly version: number
  readonly scope: 'session' | 'device' | 'user'
  readonly session?: string
  readonly device?: string
  readonly level: string
  readonly reasonUser: Readonly<Record<string, string>>
  readonly factors: readonly string[]
  readonly since: string
  readonly challengeUri: string
}

/** Whether a value can be read by name. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Reads a lock; undefined without identity. What cannot be read of its scope makes it wider. */
export const parseLock = (value: unknown): Lock | undefined => {
  if (!isRecord(value)) return undefined
  const { id, version, scope, session, device, reasonUser, factors } = value
  if (typeof id !== 'string' || id === '' || typeof version !== 'number') return undefined
  const narrow =
    (scope === 'session' && typeof session === 'string') || (scope === 'device' && typeof device === 'string')
  return {
    id,
    version,
    scope: narrow ? scope : 'user',
    ...(typeof session === 'string' ? { session } : {}),
    ...(typeof device === 'string' ? { device } : {}),
    level: text(value['level']),
    reasonUser: isRecord(reasonUser)
      ? Object.fromEntries(Object.entries(reasonUser).map(([language, reason]) => [language, text(reason)]))
      : {},
    factors: Array.isArray(factors) ? factors.filter((factor): factor is string => typeof factor === 'string') : [],
    since: text(value['since']),
    challengeUri: text(value['challengeUri']),
  }
}

/** Whether a lock concerns this session; a device lock does where the page does not know its device. */
export const concerns = (lock: Lock, session: string, device: string | undefined): boolean => {
  if (lock.scope === 'session') return lock.session === session
  return lock.scope === 'user' || device === undefined || lock.device === device
}
