import { hash } from 'node:crypto'
import type { Caller } from '@watchword/access'

/** Who sends an activity. */
export type Sender = Pick<Caller, 'tenant' | 'app'>

/** The contexts in which sessions were used lately, as far as they are remembered. */
export interface SeenContexts {
  has(sender: Sender, activity: Sent): boolean
  note(sender: Sender, activity: Sent): void
}

/** An activity, as it was sent. */
type Sent = Readonly<Record<string, unknown>>

/** Two million contexts in 16 MiB. */
const placesDefault = 2 ** 20
const wordsPerPlace = 4

/**
 * An access in a context that its session was never seen in may be a theft: whoever refuses it refuses what has to be judged. A context is 64 bits of its
 * keyed hash in one of two seats of its place, where the one that was noted last stays. With another key for each process nobody can make one that is taken
 * for another's. `places` is a power of two.
 */
export function createSeenContexts(key: string, places = placesDefault): SeenContexts {
  const table = new Uint32Array(places * wordsPerPlace)

  function find({ tenant, app }: Sender, sent: Sent): Readonly<{ at: number; high: number; low: number }> {
    const { user, session, device, deviceOwner, fingerprint, ip, userAgent, network } = sent
    const named = [key, tenant, app, user, session, device, deviceOwner, fingerprint, ip, userAgent, network]
    const digest = hash('sha256', JSON.stringify(named), 'binary')
    return {
      at: (wordOf(digest, 0) & (places - 1)) * wordsPerPlace,
      high: wordOf(digest, 4),
      low: wordOf(digest, 8),
    }
  }

  return {
    has(sender, activity) {
      const { at, high, low } = find(sender, activity)
      return (table[at] === high && table[at + 1] === low) || (table[at + 2] === high && table[at + 3] === low)
    },
    note(sender, activity) {
      const { at, high, low } = find(sender, activity)
      if (table[at] === high && table[at + 1] === low) return
      table.copyWithin(at + 2, at, at + 2)
      table[at] = high
      table[at + 1] = low
    },
  }
}

/** Big-endian, as `readUInt32BE`; a string costs half as much as a Buffer of the same bytes. */
function wordOf(digest: string, at: number): number {
  const byte = (index: number): number => digest.charCodeAt(at + index)
  return ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0
}
