/** `either`: the answer was cut by a kill, so both outcomes are right until one has been seen. */
export type Certainty = 'yes' | 'no' | 'either'

/** How a call ended for the one who made it. */
export type Told = 'acknowledged' | 'cut'

type Sent = { user: string; sends: number; acknowledged: boolean }
type UserModel = {
  locks: Map<string, Certainty>
  ended: Map<string, Certainty>
  cutUnlocks: number
  cutVerifications: Set<string>
  opened: boolean
}

/** A code that was accepted, or may have been. */
export type SpentCode = Readonly<{ user: string; factor: string; secret: string; step: number; told: Told }>

/** The target of a lock on the whole user. */
export const wholeUser = ''

/** What the driver was told, and so what must still be true after any number of kills. One caller at a time for each user. */
export interface Ledger {
  readonly activities: ReadonlyMap<string, Readonly<Sent>>
  readonly lockIds: ReadonlyMap<string, string>
  readonly unlockedIds: ReadonlyMap<string, string>
  readonly codes: readonly SpentCode[]
  readonly users: ReadonlySet<string>
  /** Answers whether this was a repetition of an acknowledged one. */
  sending(id: string, user: string): boolean
  acknowledged(id: string): void
  locked(user: string, target: string, told: Told, lockId?: string): void
  unlockedAll(user: string, told: Told, lockIds?: readonly string[]): void
  ended(user: string, session: string, told: Told): void
  verified(code: SpentCode, target: string, lockId: string): void
  /** Whether a lock of this target holds. */
  lockOf(user: string, target: string): Certainty
  endOf(user: string, session: string): Certainty
  targetsOf(user: string): readonly string[]
  endedOf(user: string): readonly string[]
  /** Whether a call that had no answer may have opened this lock: an unlock of the user, or a verification for the lock itself. */
  mayHaveOpened(user: string, lockId: string, by: 'operator' | 'verification'): boolean
  /** Whether anything was ever sent that opens a lock of the user. */
  everOpened(user: string): boolean
  /** Settles what was uncertain by what was seen. */
  seen(user: string, target: string, locked: boolean): void
}

/** A ledger of nothing. */
export function createLedger(): Ledger {
  const activities = new Map<string, Sent>()
  const models = new Map<string, UserModel>()
  const lockIds = new Map<string, string>()
  const unlockedIds = new Map<string, string>()
  const codes: SpentCode[] = []
  const users = new Set<string>()

  function model(user: string): UserModel {
    const known = models.get(user) ?? {
      locks: new Map(),
      ended: new Map(),
      cutUnlocks: 0,
      cutVerifications: new Set(),
      opened: false,
    }
    models.set(user, known)
    users.add(user)
    return known
  }

  return {
    activities,
    lockIds,
    unlockedIds,
    codes,
    users,
    sending(id, user) {
      const known = activities.get(id)
      if (known === undefined) activities.set(id, { user, sends: 1, acknowledged: false })
      else known.sends += 1
      return known?.acknowledged ?? false
    },
    acknowledged(id) {
      const known = activities.get(id)
      if (known === undefined) throw new RangeError(`nobody has sent ${id}`)
      known.acknowledged = true
    },
    locked(user, target, told, lockId) {
      const { locks, ended } = model(user)
      // An ended session cannot be locked; it stays shut anyway.
      if (ended.get(target) === 'yes') return
      if (told === 'acknowledged') locks.set(target, 'yes')
      else if (locks.get(target) !== 'yes') locks.set(target, 'either')
      if (lockId !== undefined) lockIds.set(lockId, user)
    },
    unlockedAll(user, told, ids = []) {
      const known = model(user)
      known.opened = true
      if (told === 'acknowledged') known.locks.clear()
      else {
        known.cutUnlocks += 1
        for (const target of known.locks.keys()) known.locks.set(target, 'either')
      }
      for (const id of ids) unlockedIds.set(id, user)
    },
    ended(user, session, told) {
      const { locks, ended } = model(user)
      if (told === 'acknowledged') {
        ended.set(session, 'yes')
        locks.delete(session)
      } else if (ended.get(session) !== 'yes') ended.set(session, 'either')
    },
    verified(code, target, lockId) {
      const known = model(code.user)
      known.opened = true
      codes.push(code)
      if (code.told === 'cut') {
        known.locks.set(target, 'either')
        known.cutVerifications.add(lockId)
      } else {
        known.locks.delete(target)
        unlockedIds.set(lockId, code.user)
      }
    },
    lockOf: (user, target) => models.get(user)?.locks.get(target) ?? 'no',
    endOf: (user, session) => models.get(user)?.ended.get(session) ?? 'no',
    targetsOf: (user) => [...(models.get(user)?.locks.keys() ?? [])],
    endedOf: (user) => [...(models.get(user)?.ended.keys() ?? [])],
    mayHaveOpened(user, lockId, by) {
      const known = models.get(user)
      if (known === undefined) return false
      return by === 'operator' ? known.cutUnlocks > 0 : known.cutVerifications.has(lockId)
    },
    everOpened: (user) => models.get(user)?.opened ?? false,
    seen(user, target, locked) {
      const { locks } = model(user)
      if (locks.get(target) !== 'either') return
      if (locked) locks.set(target, 'yes')
      else locks.delete(target)
    },
  }
}
