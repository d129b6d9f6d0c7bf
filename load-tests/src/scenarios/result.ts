import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../bench/measure/machine.ts'
import type { Figure } from './run.ts'
import type { KindSummary } from './summary.ts'

/** One run of one scenario, as it is kept. */
export type LoadResult = Readonly<{
  scenario: string
  question: string
  platform: string
  /** What repeats it. */
  command: string
  seed: number
  /** RFC 3339. */
  startedAt: string
  durationSeconds: number
  loadAverage: Readonly<{ before: number; after: number }>
  machine: Machine
  figures: readonly Figure[]
  kinds: readonly KindSummary[]
  checks: Readonly<{ passed: number; failed: number }>
  setting: readonly string[]
}>

const folder = fileURLToPath(new URL('../../results/', import.meta.url))

/** Writes `results/load-<scenario>.json` and the page beside it; answers the path of the page. */
export function writeResult(result: LoadResult, page: string): string {
  mkdirSync(folder, { recursive: true })
  const name = `load-${result.scenario}${result.platform === 'watchword up' ? '' : '-cluster'}`
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  const file = join(folder, `${name}.html`)
  writeFileSync(file, page)
  return file
}
