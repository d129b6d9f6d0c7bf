import { join } from 'node:path'
import { type Cluster, startCluster } from '@watchword/tools/cluster'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { checkAudit } from '../checks/check-audit.ts'
import { checkChains } from '../checks/check-chains.ts'
import { checkUsers } from '../checks/check-live.ts'
import { checkLog } from '../checks/check-log.ts'
import { type Listeners, startListeners } from '../checks/listeners.ts'
import { settle } from '../checks/settle.ts'
import { type HistoryVerdict, judgeHistory } from '../history/check-history.ts'
import { describeExit, type Exit, explanationOf } from './exits.ts'
import { drawFaults, type FaultScope, type PlannedFault } from './fault-plan.ts'
import { judgeFloors } from './floors.ts'
import { createInjector } from './injector.ts'
import { keepMembers } from './members.ts'
import { playFaults } from './play-faults.ts'
import { createPlatformLoad, type PlatformLoad } from './platform-load.ts'
import { readLog } from './read-log.ts'
import { becomesReady } from './until-ready.ts'

export type FaultConfig = Readonly<{
  faults: number
  scope: FaultScope
  /** Empty at the beginning; everything of the cluster is kept in it. */
  directory: string
  /** The first of four ports. */
  kafkaPort: number
  /** After so many faults the load rests, and the platform is asked about everybody. */
  checkEveryFaults: number
}>

export type FaultDeps = Readonly<{
  random: SeededRandom
  verdicts: Verdicts
  print: (line: string) => void
  /** Hears each line of each process. */
  onLine: (member: string, line: string) => void
  /** Ends the campaign early, by a rejection. */
  signal: AbortSignal
}>

/** What a campaign measured. */
export type FaultFigures = Readonly<{
  faults: ReadonlyMap<string, number>
  counts: ReadonlyMap<string, number>
  exits: ReadonlyMap<string, number>
  longestMs: ReadonlyMap<string, number>
  history: HistoryVerdict
  records: number
  repeats: number
  users: number
}>

const replicas = 2
const readyWithinMs = 180_000
/** A delivery that failed is tried again after five minutes at the second time. */
const toldWithinMs = 400_000
/** A campaign of few faults has no time for a minute without a database. */
function clickhouseAwayMs(faults: number, scope: FaultScope): readonly [number, number] {
  if (scope === 'observers') return [500, 12_000]
  return faults < 50 ? [2_000, 12_000] : [5_000, 60_000]
}

/** Takes the platform's processes, broker, registry and database away again and again, under load, and holds it to all it has acknowledged. */
export async function runFaultCampaign(config: FaultConfig, deps: FaultDeps): Promise<FaultFigures> {
  const { directory, kafkaPort, scope } = config
  const { random, verdicts, print, onLine } = deps
  const { faults } = config
  const plan = drawFaults({ faults, scope, replicas, clickhouseAwayMs: clickhouseAwayMs(faults, scope) }, random.fork())
  const listeners = await startListeners()
  const env = { notifier: listeners.env }
  const cluster = await startCluster({ directory, kafkaPort, port: 0, replicas, say: print, onLine, env }).catch(
    async (error: unknown) => {
      await listeners.close()
      throw error
    },
  )
  const load = createPlatformLoad({ cluster, random: random.fork(), verdicts })
  const exits = new Map<string, number>()
  const members = keepMembers({ cluster, onExit: noteExit })
  const injector = createInjector({ cluster, members })
  const began = performance.now()
  const say = (line: string): void =>
    print(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`)

  function noteExit(exit: Exit): void {
    const why = explanationOf(exit, injector.outages)
    verdicts.expect('no process ends but by what was done to it', why !== undefined, () => describeExit(exit))
    const name = `${exit.place.service}, ${why ?? describeExit(exit)}`
    exits.set(name, (exits.get(name) ?? 0) + 1)
    say(describeExit(exit))
  }

  async function run(): Promise<FaultFigures> {
    for (let from = 0; from < plan.length; from += config.checkEveryFaults) {
      const part = plan.slice(from, from + config.checkEveryFaults)
      load.start()
      await playFaults(part, { injector, verdicts, counts: load.counts, say })
      const isReady = await becomesReady(cluster, readyWithinMs)
      verdicts.expect('every process is ready again once everything is back', isReady, () => `in ${readyWithinMs} ms`)
      await load.stop()
      say('everything is back, asking about everybody')
      await settle(load.deps)
      await checkUsers(load.deps, load.ledger.users)
      say(`${from + part.length} faults, ${load.ledger.activities.size} activities, ${verdicts.failed()} violations`)
    }
    members.stop()
    return checkAll({ cluster, load, exits, plan, listeners, directory }, deps)
  }

  try {
    return await Promise.race([run(), rejectionOf(deps.signal)])
  } finally {
    members.stop()
    await load.stop()
    load.close()
    await cluster.stop()
    await listeners.close()
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the campaign was asked to end')))
  })
}

type Ran = Readonly<{
  cluster: Cluster
  load: PlatformLoad
  exits: ReadonlyMap<string, number>
  plan: readonly PlannedFault[]
  listeners: Listeners
  directory: string
}>

async function checkAll(
  { cluster, load, exits, plan, listeners, directory }: Ran,
  { verdicts, print }: FaultDeps,
): Promise<FaultFigures> {
  print('reading the log and the audit')
  const log = await readLog(cluster)
  checkLog(log, load.ledger, { verdicts, appends: 'at-least-once' })
  await checkAudit(log.places, cluster.clickhouse, verdicts)
  const auditors = cluster.members('auditor').map((_, index) => join(directory, `auditor-${index + 1}`))
  await checkChains(cluster.clickhouse, auditors, verdicts)
  const notifications = log.of('notification').map(({ value }) => value)
  const told = await listeners.check(notifications, toldWithinMs, verdicts)
  const history = judgeHistory(load.recorder.history, ['http', 'check'], verdicts)
  judgeFloors(load.counts, plan.length, verdicts)
  const kinds = Map.groupBy(plan, ({ fault }) => fault.kind)
  return {
    faults: new Map([...kinds].map(([kind, faults]) => [kind, faults.length])),
    counts: new Map([...load.counts, ...told]),
    exits,
    longestMs: load.availability.longestMs(),
    history,
    records: log.records,
    repeats: log.repeats,
    users: load.ledger.users.size,
  }
}
