import type { Lock } from '@watchword/frames'

/** The locks, each in one version, that a person has put aside ("not now") in any tab. */
export type AsideMemory = {
  readonly has: (lock: LockVersion) => boolean
  readonly add: (lock: LockVersion) => void
  readonly remove: (lock: LockVersion) => void
}

/** What a prompt is about: a new version of a lock is a new question. */
export type LockVersion = Pick<Lock, 'id' | 'version'>

const key = 'watchword-aside'
const keptMax = 16

/** Kept in the page's `localStorage`, so that a reload does not ask again; in memory where the page has none. */
export const createAsideMemory = (storageOf: () => Pick<Storage, 'getItem' | 'setItem'>): AsideMemory => {
  let own: readonly string[] = []

  const read = (): readonly string[] => {
    try {
      return (storageOf().getItem(key) ?? '').split(' ').filter((name) => name !== '')
    } catch {
      // Storage may be forbidden to this page; then what this tab knows is all there is.
      return own
    }
  }
  const write = (names: readonly string[]): void => {
    own = names.slice(-keptMax)
    try {
      storageOf().setItem(key, own.join(' '))
    } catch {
      // As above: forbidden, or full. It stays in memory.
    }
  }
  return {
    has: (lock) => read().includes(nameOf(lock)),
    add: (lock) => write([...read().filter((name) => name !== nameOf(lock)), nameOf(lock)]),
    remove: (lock) => write(read().filter((name) => name !== nameOf(lock))),
  }
}

const nameOf = ({ id, version }: LockVersion): string => `${encodeURIComponent(id)}:${version}`
