import { LRUCache } from 'lru-cache'

/** An activity, as it was sent. */
type Sent = Readonly<Record<string, unknown>>

/** The contexts in which sessions were used last, as far as they are remembered. */
export interface SeenContexts {
  has(tenant: string, activity: Sent): boolean
  note(tenant: string, activity: Sent): void
}

type Bounds = Readonly<{ sessions: number; characters: number }>

/** A session that is forgotten counts as never seen. */
const boundsDefault: Bounds = { sessions: 100_000, characters: 32_000_000 }
const members = ['device', 'fingerprint', 'ip', 'userAgent'] as const

/** An access in another context than the last of its session may be a theft: whoever refuses it refuses what has to be judged. */
export function createSeenContexts(bounds = boundsDefault): SeenContexts {
  const lastOf = new LRUCache<string, Sent>({
    max: bounds.sessions,
    maxSize: bounds.characters,
    sizeCalculation: sizeOf,
  })
  // Neither of the first two holds a line break.
  const nameOf = (tenant: string, { user, session }: Sent): string => `${tenant}\n${textOf(user)}\n${textOf(session)}`

  function isSame(last: Sent | undefined, activity: Sent): boolean {
    return last !== undefined && members.every((member) => last[member] === activity[member])
  }

  return {
    has: (tenant, activity) => isSame(lastOf.get(nameOf(tenant, activity)), activity),
    note(tenant, activity) {
      const name = nameOf(tenant, activity)
      if (isSame(lastOf.get(name), activity)) return
      const { device, fingerprint, ip, userAgent } = activity
      lastOf.set(name, { device, fingerprint, ip, userAgent })
    },
  }
}

function sizeOf(context: Sent, name: string): number {
  return members.reduce((sum, member) => sum + textOf(context[member]).length, name.length)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
