import { createClusterFolder } from '../campaign/cluster-folder.ts'
import { readOptions } from '../campaign/options.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { runFaultCampaign } from './campaign.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const options = readOptions(process.argv.slice(2), { faults: 100, kills: 0 }, Date.now())
const { seed } = options
const scope = options.kills > 0 ? 'observers' : 'everything'
const faults = options.kills > 0 ? options.kills : options.faults
print(`fault campaign: ${faults} faults of ${scope}, seed ${seed}`)
const began = performance.now()
const verdicts = createVerdicts(print)
const { directory, onLine, end } = createClusterFolder('faults', print)
const asked = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())
let failed = true
try {
  const figures = await runFaultCampaign(
    { faults, scope, directory, kafkaPort: 21_100, checkEveryFaults: 25 },
    { random: createSeededRandom(seed), verdicts, print, onLine, signal: asked.signal },
  )
  const { history } = figures
  for (const [kind, count] of figures.faults) print(`  faults, ${kind}: ${count}`)
  for (const [what, count] of figures.exits) print(`  ends, ${what}: ${count}`)
  for (const [what, count] of figures.counts) print(`  ${what}: ${count}`)
  for (const [what, ms] of figures.longestMs) print(`  longest without success, ${what}: ${Math.round(ms)} ms`)
  print(`  closed times: ${history.closedTimes}`)
  for (const [channel, tested] of history.tested) print(`  requests within a closed time, ${channel}: ${tested}`)
  print(`  records in the log: ${figures.records}, said again by a stage: ${figures.repeats}`)
  print(`  users with locks: ${figures.users}`)
  print(`  seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`)
  for (const line of verdicts.lines()) print(line)
  failed = verdicts.failed() > 0
} finally {
  end(failed)
}
process.exitCode = failed ? 1 : 0
