import { setTimeout as delay } from 'node:timers/promises'
import { type ApiClient, createApiClient } from '../campaign/api-client.ts'
import { raceForOneUse } from '../single-use/race.ts'
import { repeating } from '../single-use/repeating-client.ts'
import { type HistoryVerdict, judgeHistory } from './check-history.ts'
import { judgeStaleness, type StalenessVerdict } from './check-staleness.ts'
import { askApp, askCheck, askReplica, askStatus, type ClientsDeps, sdkClient, startGuardedApps } from './clients.ts'
import { createRecorder, type Recorder } from './history.ts'
import type { HistoryPlatform, PlatformDeps } from './history-platform.ts'
import { endSession, type LockersDeps, operate, steal } from './lockers.ts'

export type HistoryConfig = Readonly<{
  operations: number
  /** No more are recorded after so many seconds; 0: until there are as many. */
  seconds: number
  raceRounds: number
}>
export type HistoryDeps = PlatformDeps & Readonly<{ platform: HistoryPlatform }>
export type HistoryFigures = Readonly<{
  verdict: HistoryVerdict
  staleness: StalenessVerdict
  counts: ReadonlyMap<string, number>
  operations: number
}>

const operated = Array.from({ length: 24 }, (_, index) => `operated-${index + 1}`)
const stolen = Array.from({ length: 6 }, (_, index) => `stolen-${index + 1}`)
const sessions = ['s-1', 's-2']
/** At each guard, of the replica, and of each app. */
const clients = { http: 16, check: 4, replica: 4, app: 6 }
const callWithinMs = 15_000
const printEveryMs = 30_000

/** Records what many clients are told while locks come and go and the platform fails, and checks it; then races for codes. Stops the platform. */
export async function runHistoryCampaign(config: HistoryConfig, deps: HistoryDeps): Promise<HistoryFigures> {
  const { platform, random, verdicts, print } = deps
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const recorder = createRecorder()
  const { url, key } = platform
  const clientAt = (at: () => string): ApiClient =>
    createApiClient({ url: at, key: () => key, timeoutMs: callWithinMs })
  const api = clientAt(() => url)
  const guards = platform.guards.map(clientAt)
  const client = sdkClient(url, key, count)
  const replica = client.createReplica()
  const apps = await startGuardedApps(client)
  let stopping = false
  let numbers = 0
  const subjects = [...operated, ...stolen].flatMap((user) => sessions.map((session) => ({ user, session })))
  const shared = { recorder, stopping: () => stopping, count, nextNumber: () => ++numbers }
  const asking = (): ClientsDeps => ({ ...shared, api, subjects, random: random.fork() })
  const locking = (): LockersDeps => ({ ...shared, api, random: random.fork() })
  const endsAt = config.seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + config.seconds * 1_000
  const isOver = (): boolean => recorder.size() >= config.operations || performance.now() >= endsAt
  const progress = setInterval(() => print(`${recorder.size()} operations`), printEveryMs)

  try {
    await replica.ready
    const running = Promise.all([
      ...guards.flatMap((guard) => [
        ...Array.from({ length: clients.http }, () => askStatus({ ...asking(), api: guard })),
        ...Array.from({ length: clients.check }, () => askCheck({ ...asking(), api: guard }, () => key)),
      ]),
      ...Array.from({ length: clients.replica }, () => askReplica(asking(), replica)),
      ...apps.flatMap((app) =>
        Array.from({ length: clients.app }, () => askApp({ ...asking(), api: app.api }, app.channel)),
      ),
      ...operated.map((user) => operate(locking(), user, sessions)),
      ...stolen.map((user) => steal(locking(), client, user, 's-1')),
      endSessions(locking(), recorder, config.operations),
    ])
    running.catch(() => undefined)
    const after = async (share: number): Promise<void> => {
      while (recorder.size() < config.operations * share && !isOver()) await delay(20)
    }
    await platform.disturb({ isOver, after }, replica)
    stopping = true
    await running
    print(`recorded ${recorder.size()} operations, racing for codes`)
    const repeatingGuards = guards.map((guard) => repeating(guard, shared.nextNumber))
    const race = { rounds: config.raceRounds, kinds: ['totp'] as const, uses: 100, width: 1 }
    await raceForOneUse(race, { guards: repeatingGuards, prefix: 'race', verdicts, random: random.fork() })
  } finally {
    stopping = true
    clearInterval(progress)
    await client.close()
    for (const app of apps) await app.close()
    for (const one of [api, ...guards]) one.close()
    await platform.stop()
  }
  const verdict = judgeHistory(recorder.history, ['http', 'check', 'replica', 'express', 'fastify'], verdicts)
  const staleness = judgeStaleness(recorder.history, verdicts)
  return { verdict, staleness, counts, operations: recorder.size() }
}

/** Now and then one more session ends for good; the subjects include it from the beginning. */
async function endSessions(deps: LockersDeps, recorder: Recorder, operations: number): Promise<void> {
  for (const [index, user] of operated.slice(0, 4).entries()) {
    while (recorder.size() < operations * (0.2 + index * 0.2)) {
      if (deps.stopping()) return
      await delay(20)
    }
    await endSession(deps, user, 's-2')
  }
}
