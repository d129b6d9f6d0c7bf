import { freePort } from '@watchword/service-kit'
import { rm } from 'node:fs/promises'
import { createApiClient, told } from '../campaign/api-client.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { type PlatformProcess, startPlatformProcess } from '../platform-process.ts'
import { type ApiRoute, routesOf } from './api-routes.ts'
import { canaryModule, createCanaryReport } from './canary-report.ts'
import { createRouteFuzz, type RouteFuzz } from './route-fuzz.ts'
import { fuzzSubscriptions } from './subscription-fuzz.ts'
import { putUnreadableRecord } from './world/dead-letter.ts'
import { createReportTickets } from './world/report-tickets.ts'
import { createTokenIssuer } from './world/token-issuer.ts'
import { createWorld } from './world/world.ts'

export type FuzzConfig = Readonly<{ cases: number; connections: number; seed: number; data: string }>
export type FuzzDeps = Readonly<{ verdicts: Verdicts; print: (line: string) => void }>
export type FuzzFigures = Readonly<{
  counts: ReadonlyMap<string, number>
  rssBytes: Readonly<{ before: number; most: number }>
  stalledMs: number
}>

/** How long after a stall the platform may tell of it. */
const toldLateMs = 300
/** Otherwise garbage piles up for as long as the machine has room, and hides what is really held. */
const heapLimit = '--max-old-space-size=256'
const rssGrowthMaxBytes = 400 * 1024 * 1024

/** Sends malformed requests to every documented route, then frames to the subscription, and holds the answers to the interface. */
export async function runFuzzCampaign(config: FuzzConfig, { verdicts, print }: FuzzDeps): Promise<FuzzFigures> {
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  let routeFuzz: RouteFuzz | undefined
  const canary = createCanaryReport((ms) => {
    print(`the event loop stood still for ${ms} ms; asked at that time:`)
    for (const asked of routeFuzz?.largestWithin(ms + toldLateMs) ?? []) print(`    ${asked}`)
  })
  const issuer = createTokenIssuer(config.data)
  await putUnreadableRecord(config.data)
  const platform = await startPlatformProcess({
    data: config.data,
    port: await freePort(),
    env: { ...issuer.env, NODE_OPTIONS: `--disable-warning=ExperimentalWarning ${heapLimit} --import ${canaryModule}` },
    onLine: (line) => canary.onLine(line),
  })
  canary.watch()
  const rssBytes = { before: platform.rssBytes(), most: 0 }
  const watch = setInterval(() => {
    if (platform.isRunning()) rssBytes.most = Math.max(rssBytes.most, platform.rssBytes())
  }, 250)
  async function tellEnd(): Promise<void> {
    await platform.exited
    if (!stopping) print(`the platform ended by itself:\n${platform.lastLines().slice(-40).join('\n')}`)
  }
  void tellEnd()
  let stopping = false
  const api = createApiClient({ url: () => platform.url, key: () => platform.key, timeoutMs: 30_000 })
  try {
    const key = String((await told(api, { method: 'POST', path: '/v1/keys', body: keyForFuzz }, [201]))['key'])
    const reportTicketOf = createReportTickets(config.data)
    const world = await createWorld(`fuzz-${config.seed}`, { api, issuer, reportTicketOf })
    routeFuzz = createRouteFuzz({ ...config, key, url: platform.url }, { world, verdicts, print, count })
    await routeFuzz.run(await documentedRoutes(platform))
    await fuzzSubscriptions(
      { connections: config.connections, url: platform.url, key: platform.key },
      { random: createSeededRandom(config.seed), world, verdicts, count },
    )
    verdicts.expect('the platform goes on', platform.isRunning(), () => platform.lastLines().slice(-5).join('\n'))
  } finally {
    clearInterval(watch)
    api.close()
    stopping = true
    const code = await platform.stop()
    verdicts.expect(
      'SIGTERM ends the platform with success',
      code === 0,
      () => `exit ${code}\n${platform.lastLines().slice(-8).join('\n')}`,
    )
    await rm(config.data, { recursive: true, force: true })
  }
  canary.judge(verdicts)
  verdicts.expect('memory is bounded', rssBytes.most - rssBytes.before < rssGrowthMaxBytes, () =>
    JSON.stringify(rssBytes),
  )
  return { counts, rssBytes, stalledMs: canary.stalledMs }
}

/** A key that may do everything and be revoked by a stray request without an end to the run. */
const keyForFuzz = {
  app: 'demo',
  scopes: ['ingest', 'check', 'subscribe', 'enrol', 'authorize', 'report', 'operate', 'admin'],
  name: 'fuzz',
}

async function documentedRoutes({ url }: PlatformProcess): Promise<readonly ApiRoute[]> {
  return routesOf(await (await fetch(`${url}/openapi.json`)).json())
}
