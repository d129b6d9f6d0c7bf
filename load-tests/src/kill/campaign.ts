import { freePort } from '@watchword/service-kit'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type ApiClient, createApiClient } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { launchPlatform, type PlatformProcess, startPlatformProcess } from '../platform-process.ts'
import { checkAudit } from '../checks/check-audit.ts'
import { checkSpentCodes, checkUsers, sampleUsers } from '../checks/check-live.ts'
import { checkLog } from '../checks/check-log.ts'
import { startListeners } from '../checks/listeners.ts'
import { settle } from '../checks/settle.ts'
import { type HistoryVerdict, judgeHistory } from '../history/check-history.ts'
import { createRecorder } from '../history/history.ts'
import { createLedger, type SpentCode } from '../load/ledger.ts'
import type { LoadDeps } from '../load/load.ts'
import { askAlways } from './ask-always.ts'
import { judgeStarts } from './judge-starts.ts'
import { createWorkers, operatedUsers } from '../load/workers.ts'
import { readLog } from './read-log.ts'

export type KillConfig = Readonly<{
  rounds: number
  /** The data folder; empty at the beginning. */
  data: string
  /** After so many rounds the platform is stopped and its log read. */
  readLogEveryRounds: number
}>

export type KillDeps = Readonly<{ random: SeededRandom; verdicts: Verdicts; print: (line: string) => void }>

const othersAsked = 40
const codesTried = 6
const openingWithinMs = 1_500
const childrenEndWithinMs = 10_000
const answersWithinMs = 15_000
const toldWithinMs = 30_000

/** What a campaign measured. */
export type KillFigures = Readonly<{
  counts: ReadonlyMap<string, number>
  readyMs: readonly number[]
  childrenMs: readonly number[]
  history: HistoryVerdict
}>

/** Kills the platform again and again on one data folder, and holds it to all it has acknowledged. */
export async function runKillCampaign(config: KillConfig, deps: KillDeps): Promise<KillFigures> {
  const { random, verdicts, print } = deps
  const port = await freePort()
  const listeners = await startListeners()
  const { env } = listeners
  const ledger = createLedger()
  const recorder = createRecorder()
  const startedAt: number[] = []
  const counts = new Map<string, number>()
  const readyMs: number[] = []
  const childrenMs: number[] = []
  const triesOf = new Map<SpentCode, number>()
  let key = ''
  let numbers = 0
  let stopping = false
  let onOpening: () => void = () => undefined
  const api: ApiClient = createApiClient({ url: () => `http://127.0.0.1:${port}`, key: () => key, timeoutMs: 20_000 })
  const load: LoadDeps = {
    api,
    ledger,
    recorder,
    verdicts,
    random,
    nextNumber: () => ++numbers,
    stopping: () => stopping,
    opening: () => onOpening(),
    rest: async () => undefined,
    answersWithinMs,
    count: (what, times = 1) => counts.set(what, (counts.get(what) ?? 0) + times),
  }
  const workers = createWorkers(load)
  const asking = askAlways(
    { url: `http://127.0.0.1:${port}`, recorder, random: random.fork(), count: load.count },
    () => key,
  )

  async function start(): Promise<PlatformProcess> {
    const platform = await startPlatformProcess({ data: config.data, port, env })
    key = platform.key
    readyMs.push(platform.readyAfterMs)
    startedAt.push(performance.now())
    return platform
  }

  async function kill(end: () => Promise<number>): Promise<void> {
    const endedAfterMs = await end()
    childrenMs.push(endedAfterMs)
    verdicts.expect('ClickHouse dies with the platform', endedAfterMs < childrenEndWithinMs, () => `${endedAfterMs} ms`)
  }

  /** Some time, or while something is being opened: an answer that is cut there is the hardest to be right about. */
  async function killMoment(): Promise<void> {
    await delay(random.between(100, 2_500))
    if (!random.chance(0.4)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    onOpening = resolve
    await Promise.race([promise, delay(openingWithinMs)])
    await delay(random.between(0, 12))
  }

  async function round(): Promise<void> {
    if (random.chance(0.15)) {
      // A start is a moment like any other.
      const starting = launchPlatform({ data: config.data, port, env })
      await Promise.race([delay(random.between(0, 1_500)), starting.ready.catch(() => undefined)])
      await kill(starting.kill)
      load.count('kills while starting')
    }
    const platform = await start()
    await checkUsers(load, sampleUsers(ledger, operatedUsers, othersAsked))
    stopping = false
    await checkSpentCodes(load, codesTried, triesOf)
    const running = Promise.all(workers.map((work) => work()))
    await Promise.race([killMoment(), platform.exited])
    verdicts.expect('the platform runs until it is killed', platform.isRunning(), () => platform.lastLines().join('\n'))
    stopping = true
    await kill(() => platform.kill())
    await running
  }

  async function checkAll(): Promise<void> {
    const before = await start()
    stopping = false
    await checkUsers(load, ledger.users)
    await settle(load)
    verdicts.expect('SIGTERM ends the platform with success', (await before.stop()) === 0, () =>
      before.lastLines().join('\n'),
    )
    const log = await readLog(config.data)
    checkLog(log, ledger, { verdicts, appends: 'once' })
    const after = await start()
    await checkAudit(log.places, after.clickhouse, verdicts)
    const notifications = log.of('notification').map(({ value }) => value)
    for (const [what, count] of await listeners.check(notifications, toldWithinMs, verdicts)) counts.set(what, count)
    await after.stop()
    counts.set('records in the log', log.records)
    counts.set('records that a stage said again', log.repeats)
    print(`log read: ${log.records} records, ${log.repeats} said again, ${ledger.users.size} users with locks`)
  }

  try {
    for (let done = 1; done <= config.rounds; done++) {
      await round()
      if (done % 10 === 0) print(`${done} kills, ${ledger.activities.size} activities, ${verdicts.failed()} faults`)
      if (done % config.readLogEveryRounds === 0 || done === config.rounds) await checkAll()
    }
    await asking.stop()
    const history = judgeHistory(recorder.history, ['http', 'check'], verdicts)
    judgeStarts(recorder.history, startedAt, verdicts)
    return { counts, readyMs, childrenMs, history }
  } finally {
    await asking.stop()
    api.close()
    await listeners.close()
    await rm(config.data, { recursive: true, force: true })
  }
}
