import { forEachWide } from '../campaign/eventually.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import type { ApiRoute } from './api-routes.ts'
import { createFloors } from './floors.ts'
import { drawCase } from './draw-case.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { faultsOf } from './judge.ts'
import { createRecentCases } from './recent-cases.ts'
import { createCaseSender } from './send-case.ts'
import type { World } from './world/world.ts'

export type RouteFuzzConfig = Readonly<{ url: string; key: string; cases: number; seed: number }>
export type RouteFuzzDeps = Readonly<{
  world: World
  verdicts: Verdicts
  print: (line: string) => void
  count: (what: string) => void
}>

/** Requests on their way. */
export interface RouteFuzz {
  /** Sends the cases, each operation as often as the others, and judges every answer. */
  run(routes: readonly ApiRoute[]): Promise<void>
  /** The largest that were on their way at some time in the last `ms` milliseconds. */
  largestWithin(ms: number): readonly string[]
}

/** A request may ask to wait for 10 s. */
const answerWithinMs = 15_000
const wide = 48
/** Nothing is away, so what cannot be answered now is chance: the share that may be. */
const unavailableShareMax = 0.01

export function createRouteFuzz({ url, key, cases, seed }: RouteFuzzConfig, deps: RouteFuzzDeps): RouteFuzz {
  const { world, verdicts, print, count } = deps
  const recent = createRecentCases<number>(() => performance.now())
  const floors = createFloors()
  const sender = createCaseSender({ url, answerWithinMs })
  const unavailable: string[] = []
  let done = 0

  async function ask(index: number, route: ApiRoute): Promise<void> {
    const random = createSeededRandom((seed + index * 0x9e_37_79_b1) >>> 0)
    const asked = await drawCase(route, { key, world }, random)
    recent.begin(index, asked)
    const answer = await sender.send(asked)
    recent.end(index)
    if (++done % 5_000 === 0) print(`${done} requests, ${verdicts.failed()} faults`)
    count(answer === 'cut' ? 'cut' : `status ${answer?.status ?? 'none'}`)
    // A body beyond the limit may be refused before it is all read; what was answered is lost with the connection then.
    if (answer === 'cut')
      return verdicts.expect('only a request that is too long is cut', isLong(asked), () => describe(index, asked))
    if (answer !== undefined && asked.method === route.method) floors.count(route.operation, answer.status)
    if (answer?.status === 503) unavailable.push(`${describe(index, asked)} -> ${answer.text.slice(0, 200)}`)
    const faults = faultsOf(asked, answer)
    if (answer !== undefined && faults.length === 0) world.learn(asked, answer)
    if (faults.length === 0) verdicts.pass('answers are as the interface says')
    for (const fault of faults)
      verdicts.fail(
        `no answer ${fault}`,
        `${describe(index, asked)} -> ${answer?.status} ${answer?.text.slice(0, 400)}`,
      )
  }

  return {
    async run(routes) {
      await forEachWide(Array(cases).keys(), wide, async (index) => {
        const route = routes[index % routes.length]
        if (route !== undefined) await ask(index, route)
      })
      sender.close()
      verdicts.expect('hardly anything is answered with 503', unavailable.length <= cases * unavailableShareMax, () =>
        [`${unavailable.length} of ${cases}`, ...unavailable.slice(0, 5)].join('\n'),
      )
      floors.judge(
        routes.filter(({ canSucceed }) => canSucceed).map(({ operation }) => operation),
        verdicts,
      )
      for (const line of floors.lines()) print(`  ${line}`)
    },
    largestWithin: (ms) => recent.largestWithin(ms).map(([index, asked]) => describe(index, asked)),
  }
}

function isLong({ body = '', path, headers }: FuzzCase): boolean {
  return body.length > 10_000 || path.length > 4_000 || 'expect' in headers
}

function describe(index: number, { method, path, kind, changed = [], headers, body = '' }: FuzzCase): string {
  const where = changed.length === 0 ? '' : ` at ${changed.join(' ').slice(0, 100)}`
  const content = body === '' ? '' : ` ${String(headers['content-type'])} ${JSON.stringify(body.slice(0, 300))}`
  return `case ${index} (${kind}${where}): ${method} ${path.slice(0, 120)}${content} (${body.length} characters)`
}
