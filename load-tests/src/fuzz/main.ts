import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOptions } from '../campaign/options.ts'
import { createVerdicts } from '../campaign/verdicts.ts'
import { endOnSignal } from '../platform-process.ts'
import { runFuzzCampaign } from './campaign.ts'

endOnSignal()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const defaults = { cases: 20_000, connections: 600 }
const { cases, connections, seed } = readOptions(process.argv.slice(2), defaults, Date.now())
print(`fuzz: ${cases} requests, ${connections} subscriptions, seed ${seed}`)
const began = performance.now()
const verdicts = createVerdicts(print)
const data = await mkdtemp(join(tmpdir(), 'watchword-fuzz-'))
const { counts, rssBytes, stalledMs } = await runFuzzCampaign({ cases, connections, seed, data }, { verdicts, print })
for (const [what, times] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) print(`  ${what}: ${times}`)
const mebibytes = (bytes: number): number => Math.round(bytes / 1_048_576)
print(`  memory, MiB: ${mebibytes(rssBytes.before)} before, ${mebibytes(rssBytes.most)} at most`)
print(`  the event loop stood still for ${stalledMs} ms at most`)
print(`  seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`)
for (const line of verdicts.lines()) print(line)
process.exitCode = verdicts.failed() === 0 ? 0 : 1
