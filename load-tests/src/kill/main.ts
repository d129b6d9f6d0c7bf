import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOptions } from '../campaign/options.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { endOnSignal } from '../platform-process.ts'
import { runKillCampaign } from './campaign.ts'

endOnSignal()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const { rounds, seed } = readOptions(process.argv.slice(2), { rounds: 200 }, Date.now())
print(`kill campaign: ${rounds} rounds, seed ${seed}`)
const began = performance.now()
const verdicts = createVerdicts(print)
const data = await mkdtemp(join(tmpdir(), 'watchword-kill-'))
const figures = await runKillCampaign(
  { rounds, data, readLogEveryRounds: 50 },
  { random: createSeededRandom(seed), verdicts, print },
)
for (const [what, count] of figures.counts) print(`  ${what}: ${count}`)
for (const [channel, count] of figures.history.tested)
  print(`  ${channel}: ${count} asked while locked, of ${figures.history.closedTimes} locks`)
print(`  start to ready, ms: ${spread(figures.readyMs)}`)
print(`  kill to the end of every child, ms: ${spread(figures.childrenMs)}`)
print(`  seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`)
for (const line of verdicts.lines()) print(line)
process.exitCode = verdicts.failed() === 0 ? 0 : 1

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return `median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} of ${sorted.length}`
}
