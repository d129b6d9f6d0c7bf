import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Judged, JudgedResult } from './judgement.ts'
import type { Machine } from './machine.ts'
import type { Spread } from './statistics.ts'

/** One run of one bench, as it is kept. */
export type Report = JudgedResult &
  Readonly<{
    bench: string
    question: string
    /** RFC 3339. */
    startedAt: string
    durationSeconds: number
    loadAverage: Readonly<{ before: number; after: number }>
    machine: Machine
  }>

const folder = fileURLToPath(new URL('../../../results/', import.meta.url))

/** Writes `results/<bench>.json` and answers its path. */
export function writeReport(report: Report): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${report.bench}.json`)
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}

/** The committed run of a bench; undefined for a bench that has none. */
export function referenceOf(bench: string): Report | undefined {
  const { benches } = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as { benches: readonly Report[] }
  return benches.find((report) => report.bench === bench)
}

/** The report as a table for people; the ratios of the reference, which alone can be compared, stand below those of the report. */
export function tableOf(
  { bench, question, comparisons, information, setting, loadAverage }: Report,
  reference: Report | undefined,
): string {
  const rows = comparisons.flatMap(({ name, product, baseline, ratio, aims }) => [
    [name, '', '', ''],
    [`  ${product.label}`, spread(product.spread), product.unit, ''],
    [`  ${baseline.label}`, spread(baseline.spread), baseline.unit, ''],
    ['  ratio', spread(ratio), '', ''],
    ...(reference?.comparisons ?? [])
      .filter((comparison) => comparison.name === name)
      .map((comparison) => ['  ratio of the reference', spread(comparison.ratio), '', '']),
    ...aims.map(({ aim, met }) => [`  aim: ${aim}`, met ? 'met' : 'MISSED', '', '']),
  ])
  const facts = information.map((figure: Judged) => [figure.label, spread(figure.spread), figure.unit, ''])
  return [
    '',
    `${bench}: ${question}`,
    ...aligned([...rows, ...(facts.length > 0 ? [['for information', '', '', '']] : []), ...facts]),
    ...setting.map((line) => `  - ${line}`),
    `  - load average ${loadAverage.before} before, ${loadAverage.after} after`,
    reference === undefined ? '  - there is no reference' : `  - the reference: ${originOf(reference)}`,
  ].join('\n')
}

function originOf({ startedAt, machine }: Report): string {
  return `commit ${machine.commit}, ${startedAt.slice(0, 10)}, ${machine.cores} cores of ${machine.cpu}`
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length))
  return rows.map(([first = '', ...others]) => `  ${first.padEnd(width)}  ${others.join(' ')}`.trimEnd())
}

function spread({ median, min, max }: Spread): string {
  return `${figure(median)} (${figure(min)}..${figure(max)})`
}

/** A number with three digits that say something. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 4
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}
