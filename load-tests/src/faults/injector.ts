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

/** How something is taken away, and brought back. */
type Away = Readonly<{ what: Dependency; begin: () => Promise<void>; end: () => Promise<void> }>

export function createInjector({ cluster, members }: InjectorDeps): Injector {
  const { kafka, clickhouse } = cluster
  const killed = (
    what: Dependency,
    server: Readonly<{ kill: () => Promise<void>; start: () => Promise<void> }>,
  ): Away => ({
    what,
    begin: () => server.kill(),
    end: () => server.start(),
  })
  const ways: Readonly<Record<'broker' | 'registry' | 'clickhouse' | 'hung broker', Away>> = {
    broker: killed('broker', kafka.broker),
    registry: killed('registry', kafka.registry),
    clickhouse: killed('clickhouse', clickhouse),
    'hung broker': { what: 'broker', begin: () => kafka.broker.pause(), end: () => kafka.broker.resume() },
  }
  const outages: Outage[] = []
  const turns = new Map<Dependency, Promise<void>>()

  async function takeAway({ what, begin, end }: Away, forMs: number): Promise<void> {
    const from = performance.now()
    const place = outages.push({ what, from, until: Number.POSITIVE_INFINITY }) - 1
    await begin()
    await delay(forMs)
    await end()
    outages[place] = { what, from, until: performance.now() }
  }

  /** One outage of a server after the other. */
  function inTurn(away: Away, forMs: number): Promise<void> {
    const turn = (turns.get(away.what) ?? Promise.resolve()).then(() => takeAway(away, forMs))
    turns.set(away.what, turn)
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
        case 'hung broker':
          await inTurn(ways[fault.kind], fault.forMs)
      }
    },
  }
}
