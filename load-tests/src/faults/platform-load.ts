import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '@watchword/tools/cluster'
import { type ApiClient, createApiClient } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { askCheck, askStatus, type ClientsDeps } from '../history/clients.ts'
import { createRecorder, type Recorder } from '../history/history.ts'
import { createLedger, type Ledger } from '../load/ledger.ts'
import type { LoadDeps } from '../load/load.ts'
import { operatedSessions } from '../load/operator-load.ts'
import { createWorkers, operatedUsers } from '../load/workers.ts'
import { type Availability, createAvailability } from './availability.ts'

/** The load on a cluster: what the kill campaign sends, and people who ask all the time how the operated users stand. */
export interface PlatformLoad {
  readonly ledger: Ledger
  readonly recorder: Recorder
  readonly counts: ReadonlyMap<string, number>
  readonly availability: Availability
  /** What the checks ask with. */
  readonly deps: LoadDeps
  start(): void
  /** Resolves when every worker has had its answer. */
  stop(): Promise<void>
  close(): void
}

export type PlatformLoadDeps = Readonly<{
  cluster: Pick<Cluster, 'url' | 'key' | 'members'>
  random: SeededRandom
  verdicts: Verdicts
}>

const callWithinMs = 20_000
const answersWithinMs = 90_000
const restMs = [200, 700] as const
const askRestMs = 150
/** Who asks behind the one address, and who asks each replica by itself, whatever a proxy would think of it. */
const askers = { behindFront: 2, each: 2 }

export function createPlatformLoad({ cluster, random, verdicts }: PlatformLoadDeps): PlatformLoad {
  const ledger = createLedger()
  const recorder = createRecorder()
  const counts = new Map<string, number>()
  const availability = createAvailability(() => performance.now())
  const clientAt = (url: () => string): ApiClient =>
    createApiClient({ url, key: () => cluster.key, timeoutMs: callWithinMs })
  const front = clientAt(() => cluster.url)
  const guards = cluster
    .members('session-guard')
    .map((_, index) => clientAt(() => cluster.members('session-guard')[index]?.url ?? cluster.url))
  let numbers = 0
  let stopping = true
  let running: Promise<unknown> = Promise.resolve()
  const deps: LoadDeps = {
    api: availability.watch(front),
    ledger,
    recorder,
    verdicts,
    random,
    nextNumber: () => ++numbers,
    stopping: () => stopping,
    opening: () => undefined,
    count: (what, times = 1) => void counts.set(what, (counts.get(what) ?? 0) + times),
    rest: () => delay(random.between(...restMs)),
    answersWithinMs,
  }
  const workers = createWorkers(deps)
  const subjects = operatedUsers.flatMap((user) => operatedSessions.map((session) => ({ user, session })))

  function ask(api: ApiClient, times: number): readonly Promise<void>[] {
    const asking = (): ClientsDeps => ({ ...deps, api, recorder, subjects, random: random.fork(), restMs: askRestMs })
    return Array.from({ length: times }, () => [askStatus(asking()), askCheck(asking(), () => cluster.key)]).flat()
  }

  return {
    ledger,
    recorder,
    counts,
    availability,
    deps,
    start() {
      stopping = false
      availability.resume()
      running = Promise.all([
        ...workers.map((work) => work()),
        ...ask(deps.api, askers.behindFront),
        ...guards.flatMap((guard) => ask(guard, askers.each)),
      ])
      running.catch(() => undefined)
    },
    async stop() {
      stopping = true
      availability.suspend()
      await running
    },
    close() {
      for (const api of [front, ...guards]) api.close()
    },
  }
}
