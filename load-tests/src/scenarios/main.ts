import { loadAverage, machine } from '../bench/measure/machine.ts'
import { createApiClient } from '../campaign/api-client.ts'
import { readOptions } from '../campaign/options.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { createVerdicts, type Verdicts } from '../campaign/verdicts.ts'
import { endOnSignal } from '../platform-process.ts'
import { type LoadedPlatform, startLoadedPlatform } from './platform.ts'
import { enrolHolders, introducePeople } from './prepare.ts'
import { reportPage } from './report/report-page.ts'
import { tableOf } from './report/table.ts'
import { type LoadResult, writeResult } from './result.ts'
import type { Outcome } from './run.ts'
import { isScenario, scenarios } from './scenarios.ts'
import { summarise } from './summary.ts'

endOnSignal()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const [name = '', ...args] = process.argv.slice(2)
const defaults = { cluster: 0, rate: 0, seconds: 0, minutes: 0, sockets: 1_000 }
/** An answer that takes longer has not come: above the 10 s of `Prefer: wait`. */
const timeoutMs = 20_000
/** Of a soak: what is remembered by count is full before the trend is looked at. */
const soakSettings = { ingest: { WATCHWORD_INGEST_DUPLICATES_CAPACITY: '20000' } }

if (isScenario(name)) {
  process.exitCode = (await runScenario(name)) ? 0 : 1
} else {
  process.stderr.write(`no such scenario: ${name}; there are ${Object.keys(scenarios).join(', ')}\n`)
  process.exitCode = 2
}

/** Starts the platform, runs the scenario, writes the report; answers whether everything held. */
async function runScenario(scenario: keyof typeof scenarios): Promise<boolean> {
  const { cluster, seed, ...options } = readOptions(args, defaults, Date.now())
  const startedAt = new Date()
  const before = loadAverage()
  const verdicts = createVerdicts(print)
  const platform = await startLoadedPlatform({ cluster, print, env: scenario === 'soak' ? soakSettings : {} })
  print(`${scenario} on ${platform.name}, seed ${seed}`)
  let failed = true
  try {
    const outcome = await runOn(platform, scenario, { options, seed, verdicts })
    const result: LoadResult = {
      scenario,
      question: scenarios[scenario].question,
      platform: platform.name,
      command: ['npm run load --', scenario, ...args].join(' '),
      seed,
      startedAt: startedAt.toISOString(),
      durationSeconds: Math.round((Date.now() - startedAt.getTime()) / 1_000),
      loadAverage: { before, after: loadAverage() },
      machine: machine(),
      figures: outcome.figures,
      kinds: summarise(outcome.samples),
      checks: { passed: verdicts.passed(), failed: verdicts.failed() },
      setting: outcome.setting,
    }
    for (const line of tableOf(result)) print(line)
    print(`  - ${writeResult(result, reportPage(result, outcome, verdicts.lines()))}`)
    failed = verdicts.failed() > 0
  } finally {
    await platform.stop(failed)
  }
  print(`seed ${seed}`)
  for (const line of verdicts.lines()) print(line)
  return !failed
}

type Settings = Readonly<{
  options: Parameters<(typeof scenarios)['steady']['run']>[0]['options']
  seed: number
  verdicts: Verdicts
}>

async function runOn(
  platform: LoadedPlatform,
  scenario: keyof typeof scenarios,
  { options, seed, verdicts }: Settings,
): Promise<Outcome> {
  const { url, key } = platform
  const api = createApiClient({ url: () => url, key: () => key, timeoutMs })
  try {
    print('people')
    await introducePeople(api)
    return await scenarios[scenario].run({
      options,
      platform,
      api,
      random: createSeededRandom(seed),
      verdicts,
      print,
      holders: (count) => enrolHolders(api, count),
    })
  } finally {
    api.close()
  }
}
