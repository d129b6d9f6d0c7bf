import { setTimeout as delay } from 'node:timers/promises'
import { startCluster } from '@watchword/tools/cluster'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import { describeExit, type Exit, explanationOf } from '../faults/exits.ts'
import { describe, type Fault } from '../faults/fault-plan.ts'
import { createInjector } from '../faults/injector.ts'
import { keepMembers } from '../faults/members.ts'
import { becomesReady } from '../faults/until-ready.ts'
import { type HistoryPlatform, type PlatformDeps, untilFresh } from './history-platform.ts'

export type ClusterPlatformConfig = Readonly<{
  /** Processes of each service. */
  replicas: number
  directory: string
  /** The first of four ports. */
  kafkaPort: number
  onLine: (member: string, line: string) => void
}>

const readyWithinMs = 180_000
const betweenMs = [3_000, 9_000] as const
/** For how long, shorter and longer than a member may be silent (6 s). */
const awayMs = {
  pause: { min: 500, max: 9_000 },
  broker: { min: 500, max: 6_000 },
  'hung broker': { min: 1_000, max: 8_000 },
}

/** A cluster whose guards are killed and stopped and whose broker is taken away, one fault after the other. */
export async function startClusterPlatform(
  { replicas, directory, kafkaPort, onLine }: ClusterPlatformConfig,
  { random, verdicts, print }: PlatformDeps,
): Promise<HistoryPlatform> {
  const cluster = await startCluster({ directory, kafkaPort, port: 0, replicas, say: print, onLine })
  const members = keepMembers({ cluster, onExit: noteExit })
  const injector = createInjector({ cluster, members })

  function noteExit(exit: Exit): void {
    const why = explanationOf(exit, injector.outages)
    verdicts.expect('no process ends but by what was done to it', why !== undefined, () => describeExit(exit))
  }

  return {
    url: cluster.url,
    key: cluster.key,
    guards: cluster
      .members('session-guard')
      .map((_, index) => () => cluster.members('session-guard')[index]?.url ?? cluster.url),
    async disturb({ isOver }, replica) {
      while (!isOver()) {
        await delay(random.between(...betweenMs))
        const fault = drawFault(replicas, random)
        print(describe(fault))
        await injector.inject(fault)
        await untilFresh(replica, `after ${describe(fault)}`, verdicts)
      }
      const isReady = await becomesReady(cluster, readyWithinMs)
      verdicts.expect('every process is ready again once everything is back', isReady, () => `in ${readyWithinMs} ms`)
    },
    async stop() {
      members.stop()
      await cluster.stop()
    },
  }
}

function drawFault(replicas: number, random: SeededRandom): Fault {
  const kind = random.pick(['kill', 'kill', 'pause', 'pause', 'broker', 'hung broker'] as const)
  const place = { service: 'session-guard', index: random.between(0, replicas - 1) } as const
  if (kind === 'kill') return { kind, place }
  const { min, max } = awayMs[kind]
  const forMs = random.between(min, max)
  return kind === 'pause' ? { kind, place, forMs } : { kind, forMs }
}
