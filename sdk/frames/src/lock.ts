/** A lock as the guard sends it: what it applies to, why, and where the second factor can be given. */
export type Lock = {
  readonly id: string
  /** Rises with each change of this lock; a result for one version never opens another. */
  readonly version: number
  readonly scope: 'session' | 'device' | 'user'
  readonly app?: string
  readonly session?: string
  readonly device?: string
  /** It concerns nobody but who names this session or device. */
  readonly exact?: true
  readonly level: string
  readonly reasonUser: Readonly<Record<string, string>>
  readonly factors: readonly string[]
  /** Who or what locked; `requirement`: the policy asks for a second factor first, and nothing bad is known. */
  readonly by: LockedBy
  readonly since: string
  readonly challengeUri: string
}

/** Who or what put a lock in force. */
export type LockedBy = 'risk' | 'operator' | 'expiry' | 'requirement'

/** Whether a value can be read by name. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const lockedBy = (value: unknown): LockedBy =>
  value === 'operator' || value === 'expiry' || value === 'requirement' ? value : 'risk'

/** Reads a lock; undefined if it has no identity. What is missing elsewhere makes it wider, never narrower. */
export const parseLock = (value: unknown): Lock | undefined => {
  if (!isRecord(value)) return undefined
  const { id, version, scope, app, session, device, exact, reasonUser } = value
  if (typeof id !== 'string' || id === '' || typeof version !== 'number' || !Number.isFinite(version)) return undefined
  const narrow =
    (scope === 'session' && typeof session === 'string') || (scope === 'device' && typeof device === 'string')
  return {
    id,
    version,
    scope: narrow ? scope : 'user',
    ...(typeof app === 'string' ? { app } : {}),
    ...(typeof session === 'string' ? { session } : {}),
    ...(typeof device === 'string' ? { device } : {}),
    ...(narrow && exact === true ? { exact } : {}),
    level: text(value['level']),
    reasonUser: isRecord(reasonUser)
      ? Object.fromEntries(
          Object.entries(reasonUser).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
        )
      : {},
    factors: texts(value['factors']),
    by: lockedBy(value['by']),
    since: text(value['since']),
    challengeUri: text(value['challengeUri']),
  }
}

/** Whether something bad is known, and not only a second factor asked for. */
export const isCaused = ({ by }: Pick<Lock, 'by'>): boolean => by !== 'requirement' && by !== 'expiry'

/** Whether a lock concerns a subject; a discriminator the subject does not name cannot exclude it, unless the lock is exact. */
export const lockApplies = (lock: Lock, session: string | undefined, device: string | undefined): boolean => {
  if (lock.exact === true) return lock.scope === 'session' ? lock.session === session : lock.device === device
  if (session === undefined || lock.scope === 'user') return true
  if (lock.scope === 'session') return lock.session === session
  return device === undefined || lock.device === device
}
