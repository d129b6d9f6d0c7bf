import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOptions } from '../campaign/options.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { endOnSignal } from '../platform-process.ts'
import { runHistoryCampaign } from './campaign.ts'

endOnSignal()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const defaults = { operations: 100_000, races: 20 }
const { operations, races, seed } = readOptions(process.argv.slice(2), defaults, Date.now())
print(`history: at least ${operations} operations, seed ${seed}`)
const began = performance.now()
const verdicts = createVerdicts(print)
const data = await mkdtemp(join(tmpdir(), 'watchword-history-'))
const figures = await runHistoryCampaign(
  { operations, data, raceRounds: races },
  { random: createSeededRandom(seed), verdicts, print },
)
for (const [what, count] of [...figures.counts].toSorted(([a], [b]) => a.localeCompare(b))) print(`  ${what}: ${count}`)
print(`  operations: ${figures.operations}, closed times: ${figures.verdict.closedTimes}`)
for (const [channel, tested] of figures.verdict.tested) print(`  requests within a closed time, ${channel}: ${tested}`)
print(`  violations: ${figures.verdict.violations.length}`)
print(`  seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`)
for (const line of verdicts.lines()) print(line)
process.exitCode = verdicts.failed() === 0 ? 0 : 1
