import { createClusterFolder } from '../campaign/cluster-folder.ts'
import { readOptions } from '../campaign/options.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { endOnSignal } from '../platform-process.ts'
import { runSingleUseCampaign } from './campaign.ts'

endOnSignal()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const { rounds, seconds, seed } = readOptions(process.argv.slice(2), { rounds: 10, seconds: 0 }, Date.now())
print(`single use: ${rounds} rounds of each, seed ${seed}`)
const began = performance.now()
const verdicts = createVerdicts(print)
const { directory, onLine, end } = createClusterFolder('single-use', print)
let failed = true
try {
  const config = { rounds, seconds, directory, kafkaPort: 21_100 }
  const done = await runSingleUseCampaign(config, { random: createSeededRandom(seed), verdicts, print, onLine })
  for (const [what, count] of done) print(`  rounds, ${what}: ${count}`)
  print(`  seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`)
  for (const line of verdicts.lines()) print(line)
  failed = verdicts.failed() > 0
} finally {
  end(failed)
}
process.exitCode = failed ? 1 : 0
