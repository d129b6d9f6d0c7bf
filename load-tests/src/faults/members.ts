import { setTimeout as delay } from 'node:timers/promises'
import type { LaunchedService } from '@watchword/service-host/testing'
import { type Cluster, serviceNames } from '@watchword/tools/cluster'
import type { Exit } from './exits.ts'
import { nameOf, type Place } from './fault-plan.ts'

/** A process of the platform, from its start to its end. */
export interface Member {
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Asks it to end, or ends it. */
  end(by: 'SIGKILL' | 'SIGTERM'): void
  readonly ended: Promise<unknown>
}

/** Every process of the platform; one that ends is started again, as whoever runs them in a deployment would. */
export interface Members {
  /** Who is in this place; waits for the next start when one has just ended. */
  at(place: Place): Promise<Member>
  /** Starts no more. */
  stop(): void
}

export type MembersDeps = Readonly<{
  cluster: Pick<Cluster, 'members' | 'launch'>
  onExit: (exit: Exit) => void
}>

const firstBackoffMs = 250
const longestBackoffMs = 4_000

/** Looks after the members that a cluster has. */
export function keepMembers({ cluster, onExit }: MembersDeps): Members {
  const current = new Map<string, PromiseWithResolvers<Member>>()
  let stopped = false

  async function keep(place: Place, first: LaunchedService): Promise<void> {
    let backoffMs = firstBackoffMs
    let launched = first
    for (;;) {
      const exit = await runToItsEnd(place, launched)
      if (stopped) return
      onExit(exit)
      backoffMs = exit.wasUp ? firstBackoffMs : Math.min(longestBackoffMs, backoffMs * 2)
      await delay(backoffMs)
      if (stopped) return
      launched = cluster.launch(place.service, place.index)
    }
  }

  async function runToItsEnd(place: Place, launched: LaunchedService): Promise<Exit> {
    let sent: Exit['sent']
    let wasUp = false
    void launched.up.then(
      () => (wasUp = true),
      () => undefined,
    )
    const ended = launched.ended.then((code) => {
      // Before anybody hears of it: whoever asks from now on gets the next one.
      current.set(nameOf(place), Promise.withResolvers())
      return code
    })
    current.get(nameOf(place))?.resolve({
      signal: (name) => launched.signal(name),
      end(by) {
        sent = by
        launched.signal(by)
      },
      ended,
    })
    const code = await ended
    return { place, at: performance.now(), code, sent, wasUp, lastLines: launched.lastLines() }
  }

  for (const service of serviceNames)
    for (const [index, process] of cluster.members(service).entries()) {
      current.set(nameOf({ service, index }), Promise.withResolvers())
      void keep({ service, index }, process)
    }

  return {
    at(place) {
      const member = current.get(nameOf(place))
      if (member === undefined) throw new RangeError(`nobody is in the place ${nameOf(place)}`)
      return member.promise
    },
    stop() {
      stopped = true
    },
  }
}
