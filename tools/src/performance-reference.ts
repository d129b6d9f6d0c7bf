import { code, generatedPage, markdownTable, plainText } from './markdown.ts'
import { repositoryText } from './repository.ts'

type Spread = Readonly<{ median: number; min: number; max: number }>
type Side = Readonly<{ label: string; unit: string; spread: Spread }>
type Machine = Readonly<{ cpu: string; cores: number; memoryGiB: number; system: string; node: string; commit: string }>

/** What a run says of itself. */
type Run = Readonly<{
  question: string
  startedAt: string
  loadAverage: Readonly<{ before: number; after: number }>
  machine: Machine
  setting: readonly string[]
}>

type BenchRun = Run &
  Readonly<{
    bench: string
    comparisons: readonly Readonly<{
      name: string
      product: Side
      baseline: Side
      ratio: Spread
      aims: readonly Readonly<{ aim: string; met: boolean }>[]
    }>[]
    information: readonly Side[]
  }>

type LoadRun = Run &
  Readonly<{
    scenario: string
    platform: string
    command: string
    seed: number
    figures: readonly Readonly<{ label: string; value: number; unit: string }>[]
    kinds: readonly Readonly<{
      kind: string
      requests: number
      good: number
      shed: number
      failed: number
      p50Ms: number | null
      p99Ms: number | null
    }>[]
    checks: Readonly<{ passed: number; failed: number }>
  }>

const introduction = `Every figure here is of one committed run ([\`reference.json\`](../load-tests/results/reference.json),
[\`load-reference.json\`](../load-tests/results/load-reference.json)), and the command above its table measures it again. How the benches and the
load are made: [load tests](../load-tests/README.md). What it means for a deployment: [sizing](sizing.md).

The load ran on the same machine as what it measures, and others used the machine, too: above a load average of its cores, everything is slower
than it would be alone. Only ratios against a baseline, which was measured in turn with the product, can be compared between machines. A ratio is of the rate, the time or the
bytes that the line names; "lost" is what the product takes more of, or does less of, than something that does nothing but move the bytes.`

/** The page on performance, from the committed runs. */
export function performanceReference(): string {
  const { benches } = JSON.parse(repositoryText('load-tests/results/reference.json')) as {
    benches: readonly BenchRun[]
  }
  const { loads } = JSON.parse(repositoryText('load-tests/results/load-reference.json')) as {
    loads: readonly LoadRun[]
  }
  const missed = benches.flatMap(({ bench, comparisons }) =>
    comparisons.flatMap(({ name, product, aims, ratio }) =>
      aims.flatMap(({ aim, met }) => (met ? [] : [missedAim(bench, name, aim, product, ratio)])),
    ),
  )
  return generatedPage('Performance', 'load-tests/results', [
    introduction,
    '## Aims that are missed',
    missed.length === 0 ? 'None.' : missed.join('\n'),
    ...(loads.length === 0 ? [] : ['## Under load', ...loads.flatMap(loadParts)]),
    '## Benches',
    ...benches.flatMap(benchParts),
  ])
}

function missedAim(bench: string, name: string, aim: string, product: Side, ratio: Spread): string {
  const measured = aim.includes('baseline')
    ? `${figure(ratio.median)} times`
    : `${figure(product.spread.median)} ${product.unit}`
  return `- [${bench}](#${bench}), ${plainText(name)}: ${aim} was aimed at, ${measured} measured.`
}

function loadParts(run: LoadRun): readonly string[] {
  const { scenario, platform, question, command, seed, kinds, figures, checks } = run
  const head = ['', 'Requests', 'Good', 'Told to come later', 'Failed', 'p50, ms', 'p99, ms']
  const rows = kinds.map(({ kind, requests, good, shed, failed, p50Ms, p99Ms }) => [
    kind,
    ...[requests, good, shed, failed, p50Ms, p99Ms].map((value) => (value === null ? '–' : figure(value))),
  ])
  return [
    `### ${scenario} on ${platform}`,
    `${capitalised(question)}. ${originOf(run)}`,
    `\`\`\`sh measured\n${command}${command.includes('--seed') ? '' : ` --seed ${seed}`}\n\`\`\``,
    markdownTable(head, rows),
    [
      ...figures.map(({ label, value, unit }) => `- ${capitalised(label)}: ${figure(value)} ${unit}.`),
      `- Checks: ${checks.passed} held, ${checks.failed} did not.`,
      ...settingOf(run),
    ].join('\n'),
  ]
}

function benchParts(run: BenchRun): readonly string[] {
  const { bench, question, comparisons, information } = run
  const rows = comparisons.map(({ name, product, baseline, ratio, aims }) => [
    plainText(name),
    `${spread(product.spread)} ${product.unit}`,
    `${plainText(baseline.label)}: ${spread(baseline.spread)} ${baseline.unit}`,
    spread(ratio),
    lost(product.unit, ratio.median),
    aims.map(({ aim, met }) => `${aim}: ${met ? 'met' : '**missed**'}`).join('; '),
  ])
  return [
    `### ${bench}`,
    `${capitalised(plainText(question))}. ${originOf(run)}`,
    `\`\`\`sh measured\nnpm run bench -- ${bench}\n\`\`\``,
    markdownTable(['', 'Product', 'Baseline', 'Ratio', 'Lost', 'Aim'], rows),
    [
      ...information.map(({ label, unit, spread: of }) => `- ${capitalised(plainText(label))}: ${spread(of)} ${unit}.`),
      ...settingOf(run),
    ].join('\n'),
  ]
}

function originOf({ startedAt, machine, loadAverage }: Run): string {
  const { cores, cpu, memoryGiB, system, node, commit } = machine
  return `${startedAt.slice(0, 10)}, commit ${code(commit)}, ${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node.js ${node}; load average ${loadAverage.before} before, ${loadAverage.after} after.`
}

function settingOf({ setting }: Run): readonly string[] {
  return setting.map((line) => `- ${capitalised(plainText(line))}.`)
}

/** What the product does less of, or takes more of, than its baseline. */
function lost(unit: string, ratio: number): string {
  if (unit.endsWith('/s')) return ratio >= 1 ? 'nothing' : `${percent(1 - ratio)} of the rate`
  return ratio <= 1 ? 'nothing' : `${percent(ratio - 1)} more`
}

function percent(share: number): string {
  return `${figure(Math.round(share * 100))} %`
}

function spread({ median, min, max }: Spread): string {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)} to ${figure(max)})`
}

function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 4
  return value.toLocaleString('en', { maximumFractionDigits: digits }).replaceAll(',', ' ')
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
