import { freePort } from '@watchword/service-kit'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '@watchword/node'
import { createApiClient } from '../campaign/api-client.ts'
import { eventually } from '../campaign/eventually.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { type PlatformProcess, startPlatformProcess } from '../platform-process.ts'
import { type HistoryVerdict, judgeHistory } from './check-history.ts'
import { askApp, askCheck, askReplica, askStatus, type ClientsDeps, sdkClient, startGuardedApps } from './clients.ts'
import { createRecorder, type Recorder } from './history.ts'
import { endSession, type LockersDeps, operate, steal } from './lockers.ts'
import { raceForCodes } from './single-use.ts'

export type HistoryConfig = Readonly<{ operations: number; data: string; raceRounds: number }>
export type HistoryDeps = Readonly<{ random: SeededRandom; verdicts: Verdicts; print: (line: string) => void }>
export type HistoryFigures = Readonly<{
  verdict: HistoryVerdict
  counts: ReadonlyMap<string, number>
  operations: number
}>

const operated = Array.from({ length: 24 }, (_, index) => `operated-${index + 1}`)
const stolen = Array.from({ length: 6 }, (_, index) => `stolen-${index + 1}`)
const calm = 'calm-1'
const sessions = ['s-1', 's-2']
const clients = { http: 16, check: 4, replica: 4, app: 6 }
const stoppedForMs = 3_000
/** The SDK's bound of a replica, and time for its answer to be asked for. */
const unknownAfterMs = 1_200
const freshWithinMs = 20_000

/** Records what many clients are told while locks come and go and the platform fails, and checks it; then races for codes. */
export async function runHistoryCampaign(config: HistoryConfig, deps: HistoryDeps): Promise<HistoryFigures> {
  const { random, verdicts, print } = deps
  const port = await freePort()
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const recorder = createRecorder()
  let platform = await startPlatformProcess({ data: config.data, port })
  const { url, key } = platform
  const api = createApiClient({ url: () => url, key: () => key, timeoutMs: 15_000 })
  const client = sdkClient(url, key, count)
  const replica = client.createReplica()
  const apps = await startGuardedApps(client)
  let stopping = false
  let numbers = 0
  const subjects = [...operated, ...stolen].flatMap((user) => sessions.map((session) => ({ user, session })))
  const shared = { recorder, stopping: () => stopping, count, nextNumber: () => ++numbers }
  const asking = (): ClientsDeps => ({ ...shared, api, subjects, random: random.fork() })
  const locking = (): LockersDeps => ({ ...shared, api, random: random.fork() })

  const after = (share: number): Promise<unknown> => sizeOf(recorder, config.operations * share)
  try {
    await replica.ready
    const running = Promise.all([
      ...Array.from({ length: clients.http }, () => askStatus(asking())),
      ...Array.from({ length: clients.check }, () => askCheck(asking(), key)),
      ...Array.from({ length: clients.replica }, () => askReplica(asking(), replica)),
      ...apps.flatMap((app) =>
        Array.from({ length: clients.app }, () => askApp({ ...asking(), api: app.api }, app.channel)),
      ),
      ...operated.map((user) => operate(locking(), user, sessions)),
      ...stolen.map((user) => steal(locking(), client, user, 's-1')),
      endSessions(locking(), recorder, config.operations),
    ])
    running.catch(() => undefined)
    await after(0.3)
    await stopAndGoOn(platform, replica, deps)
    await after(0.6)
    platform = await restart(platform, replica, { data: config.data, port }, deps)
    await after(1)
    stopping = true
    await running
    print(`recorded ${recorder.size()} operations, racing for codes`)
    await raceForCodes({ rounds: config.raceRounds, responses: 100 }, { api, verdicts })
  } finally {
    stopping = true
    await client.close()
    for (const app of apps) await app.close()
    api.close()
    await platform.stop()
    await rm(config.data, { recursive: true, force: true })
  }
  const verdict = judgeHistory(recorder.history, ['http', 'check', 'replica', 'express', 'fastify'], verdicts)
  return { verdict, counts, operations: recorder.size() }
}

async function sizeOf(recorder: Recorder, operations: number): Promise<void> {
  while (recorder.size() < operations) await delay(20)
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

/** A platform that stands still must not leave anybody admitted by what was known before. */
async function stopAndGoOn(
  platform: PlatformProcess,
  replica: Replica,
  { verdicts, print }: HistoryDeps,
): Promise<void> {
  print('SIGSTOP for 3 s')
  platform.signal('SIGSTOP')
  const resumeAt = performance.now() + stoppedForMs
  await delay(unknownAfterMs)
  while (performance.now() < resumeAt) {
    const status = replica.check({ user: calm, session: 's-1' })
    verdicts.expect('a replica without contact knows nothing', status === 'unknown', () => JSON.stringify(status))
    await delay(100)
  }
  platform.signal('SIGCONT')
  await untilFresh(replica, 'after SIGCONT', verdicts)
}

async function restart(
  platform: PlatformProcess,
  replica: Replica,
  where: Readonly<{ data: string; port: number }>,
  { verdicts, print }: HistoryDeps,
): Promise<PlatformProcess> {
  print('kill -9 and start again')
  await platform.kill()
  await delay(unknownAfterMs)
  const status = replica.check({ user: calm, session: 's-1' })
  verdicts.expect('a replica without contact knows nothing', status === 'unknown', () => JSON.stringify(status))
  const next = await startPlatformProcess(where)
  await untilFresh(replica, 'after the restart', verdicts)
  return next
}

async function untilFresh(replica: Replica, when: string, verdicts: Verdicts): Promise<void> {
  const fresh = await eventually(async () => {
    return replica.check({ user: calm, session: 's-1' }) === 'unknown' ? undefined : true
  }, freshWithinMs)
  verdicts.expect('a replica is fresh again once there is contact', fresh === true, () => when)
}
