import { createClusterFolder } from '../campaign/cluster-folder.ts'
import { readOptions } from '../campaign/options.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { endOnSignal } from '../platform-process.ts'
import { runHistoryCampaign } from './campaign.ts'
import { startClusterPlatform } from './cluster-platform.ts'
import { startEmbeddedPlatform } from './embedded-platform.ts'

endOnSignal()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const defaults = { operations: 100_000, seconds: 0, races: 20, cluster: 0 }
const { operations, seconds, races, cluster, seed } = readOptions(process.argv.slice(2), defaults, Date.now())
const where = cluster === 0 ? '`watchword up`' : `a cluster of ${cluster} processes of each service`
print(`history: at least ${operations} operations on ${where}, seed ${seed}`)
const began = performance.now()
const verdicts = createVerdicts(print)
const random = createSeededRandom(seed)
const { directory, onLine, end } = createClusterFolder('history', print)
let failed = true
try {
  const deps = { random, verdicts, print }
  const platform =
    cluster === 0
      ? await startEmbeddedPlatform(directory, deps)
      : await startClusterPlatform({ replicas: cluster, directory, kafkaPort: 21_100, onLine }, deps)
  const figures = await runHistoryCampaign({ operations, seconds, raceRounds: races }, { ...deps, platform })
  const { counts, verdict, staleness } = figures
  for (const [what, count] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) print(`  ${what}: ${count}`)
  print(`  operations: ${figures.operations}, closed times: ${verdict.closedTimes}`)
  for (const [channel, tested] of verdict.tested) print(`  requests within a closed time, ${channel}: ${tested}`)
  for (const [channel, tested] of staleness.tested) print(`  requests after the bound, ${channel}: ${tested}`)
  print(`  violations: ${verdict.violations.length} of the promise, ${staleness.violations.length} of the bound`)
  print(`  seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`)
  for (const line of verdicts.lines()) print(line)
  failed = verdicts.failed() > 0
} finally {
  end(failed)
}
process.exitCode = failed ? 1 : 0
