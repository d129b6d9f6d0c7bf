import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '@watchword/tools/cluster'
import type { Dependency, Outage } from './exits.ts'
import type { Fault } from './fault-plan.ts'
import type { Members } from './members.ts'

/** Does to the platform what a plan says. */
export interface Injector {
  /** Resolves when the fault is over: what was taken away is back, and who was ended is gone. */
  inject(fault: Fault): Promise<void>
  readonly outages: readonly Outage[]
}

export type InjectorDeps = Readonly<{
  cluster: Pick<Cluster, 'kafka' | 'clickhouse'>
  members: Members
}>

/** What can be killed and started again. */
type Server = Readonly<{ kill: () => Promise<void>; start: () => Promise<void> }>

export function createInjector({ cluster, members }: InjectorDeps): Injector {
  const { kafka, clickhouse } = cluster
  const servers: Readonly<Record<Dependency, Server>> = { broker: kafka.broker, registry: kafka.registry, clickhouse }
  const outages: Outage[] = []
  const turns = new Map<Dependency, Promise<void>>()

  async function takeAway(what: Dependency, forMs: number): Promise<void> {
    const from = performance.now()
    const place = outages.push({ what, from, until: Number.POSITIVE_INFINITY }) - 1
    await servers[what].kill()
    await delay(forMs)
    await servers[what].start()
    outages[place] = { what, from, until: performance.now() }
  }

  /** One outage of a server after the other. */
  function inTurn(what: Dependency, forMs: number): Promise<void> {
    const turn = (turns.get(what) ?? Promise.resolve()).then(() => takeAway(what, forMs))
    turns.set(what, turn)
    return turn
  }

  return {
    outages,
    async inject(fault) {
      switch (fault.kind) {
        case 'kill':
        case 'leave': {
          const member = await members.at(fault.place)
          member.end(fault.kind === 'kill' ? 'SIGKILL' : 'SIGTERM')
          await member.ended
          return
        }
        case 'pause': {
          const member = await members.at(fault.place)
          member.signal('SIGSTOP')
          await delay(fault.forMs)
          member.signal('SIGCONT')
          return
        }
        case 'broker':
        case 'registry':
        case 'clickhouse':
          await inTurn(fault.kind, fault.forMs)
      }
    },
  }
}
