import { freePort } from '@watchword/service-kit'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createApiClient } from '../campaign/api-client.ts'
import { forEachWide } from '../campaign/eventually.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { type PlatformProcess, startPlatformProcess } from '../platform-process.ts'
import { type ApiRoute, routesOf } from './api-routes.ts'
import { fuzzCase } from './fuzz-case.ts'
import { faultsOf } from './judge.ts'
import { createCaseSender } from './send-case.ts'
import { fuzzSubscriptions } from './subscription-fuzz.ts'

export type FuzzConfig = Readonly<{ cases: number; connections: number; seed: number; data: string }>
export type FuzzDeps = Readonly<{ verdicts: Verdicts; print: (line: string) => void }>
export type FuzzFigures = Readonly<{
  counts: ReadonlyMap<string, number>
  rssBytes: Readonly<{ before: number; most: number }>
}>

const answerWithinMs = 5_000
const rssGrowthMaxBytes = 400 * 1024 * 1024
const wide = 48
const canary = fileURLToPath(new URL('prototype-canary.ts', import.meta.url))

/** Sends malformed requests to every documented route, then frames to the subscription, and holds the answers to the interface. */
export async function runFuzzCampaign(config: FuzzConfig, { verdicts, print }: FuzzDeps): Promise<FuzzFigures> {
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const told: string[] = []
  const platform = await startPlatformProcess({
    data: config.data,
    port: await freePort(),
    env: { NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${canary}` },
    onLine: (line) => {
      if (line.startsWith('canary: ')) told.push(line)
      if (line.startsWith('canary: stalled')) print(line)
    },
  })
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
  try {
    const key = await keyForFuzz(platform)
    const routes = await documentedRoutes(platform)
    await fuzzRoutes(routes, { ...config, key, url: platform.url }, { verdicts, print, count })
    await fuzzSubscriptions(
      { connections: config.connections, url: platform.url, key: platform.key },
      { random: createSeededRandom(config.seed), verdicts, count },
    )
    verdicts.expect('the platform goes on', platform.isRunning(), () => platform.lastLines().slice(-5).join('\n'))
  } finally {
    clearInterval(watch)
    stopping = true
    const code = await platform.stop()
    verdicts.expect(
      'SIGTERM ends the platform with success',
      code === 0,
      () => `exit ${code}\n${platform.lastLines().slice(-8).join('\n')}`,
    )
    await rm(config.data, { recursive: true, force: true })
  }
  verdicts.expect('the canary watched', told.includes('canary: watching'), () => 'it never said so')
  const polluted = told.filter((line) => line.startsWith('canary: polluted'))
  verdicts.expect('no prototype is polluted', polluted.length === 0, () => polluted[0] ?? '')
  verdicts.expect('memory is bounded', rssBytes.most - rssBytes.before < rssGrowthMaxBytes, () =>
    JSON.stringify(rssBytes),
  )
  return { counts, rssBytes }
}

type RouteConfig = FuzzConfig & Readonly<{ key: string; url: string }>

async function fuzzRoutes(
  routes: readonly ApiRoute[],
  { cases, seed, key, url }: RouteConfig,
  { verdicts, print, count }: FuzzDeps & Readonly<{ count: (what: string) => void }>,
): Promise<void> {
  const sender = createCaseSender({ url, answerWithinMs })
  let done = 0
  await forEachWide(Array(cases).keys(), wide, async (index) => {
    const random = createSeededRandom((seed + index * 0x9e_37_79_b1) >>> 0)
    const route = routes[index % routes.length]
    if (route === undefined) return
    const asked = fuzzCase(route, key, random)
    const answer = await sender.send(asked)
    if (++done % 5_000 === 0) print(`${done} requests, ${verdicts.failed()} faults`)
    count(answer === 'cut' ? 'cut' : `status ${answer?.status ?? 'none'}`)
    // A body beyond the limit may be refused before it is all read; what was answered is lost with the connection then.
    if (answer === 'cut') {
      verdicts.expect('only a request that is too long is cut', isLong(asked), () => describe(index, asked))
      return
    }
    const faults = faultsOf(asked, answer, key)
    if (faults.length === 0) verdicts.pass('answers are as the interface says')
    for (const fault of faults)
      verdicts.fail(
        `no answer ${fault}`,
        `${describe(index, asked)} -> ${answer?.status} ${answer?.text.slice(0, 300)}`,
      )
  })
  sender.close()
}

function isLong({ body = '', path, headers }: Parameters<typeof faultsOf>[0]): boolean {
  return body.length > 10_000 || path.length > 4_000 || 'expect' in headers
}

function describe(
  index: number,
  { method, path, kind, pointer, headers, body }: Parameters<typeof faultsOf>[0],
): string {
  const type = headers['content-type'] ?? ''
  return `case ${index} (${kind}${pointer === undefined ? '' : ` at ${pointer}`}): ${method} ${path.slice(0, 120)} ${type} ${(body ?? '').slice(0, 300)}`
}

async function documentedRoutes({ url }: PlatformProcess): Promise<readonly ApiRoute[]> {
  return routesOf(await (await fetch(`${url}/openapi.json`)).json())
}

/** A key that may do everything and be revoked by a stray request without an end to the run. */
async function keyForFuzz({ url, key }: PlatformProcess): Promise<string> {
  const api = createApiClient({ url, key: () => key, timeoutMs: answerWithinMs })
  const scopes = ['ingest', 'check', 'subscribe', 'enrol', 'authorize', 'report', 'operate', 'admin']
  const made = await api.call({ method: 'POST', path: '/v1/keys', body: { app: 'demo', scopes, name: 'fuzz' } })
  api.close()
  if (made.cut || made.status !== 201) throw new Error(`no key to fuzz with: ${JSON.stringify(made)}`)
  return String(made.body?.['key'])
}
