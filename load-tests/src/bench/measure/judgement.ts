import type { Aim, BenchResult, Comparison, Sampled } from './bench.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** A side of a comparison with its spread. */
export type Judged = Readonly<{ label: string; unit: string; spread: Spread; rounds: readonly number[] }>

export type JudgedComparison = Readonly<{
  name: string
  product: Judged
  baseline: Judged
  /** Product over baseline, round by round. */
  ratio: Spread
  aims: readonly Readonly<{ aim: string; met: boolean }>[]
}>

export type JudgedResult = Readonly<{
  comparisons: readonly JudgedComparison[]
  information: readonly Judged[]
  setting: readonly string[]
}>

/** Reduces the rounds to medians with their range and says which aims are met. */
export function judge({ comparisons, information, setting }: BenchResult): JudgedResult {
  return { comparisons: comparisons.map(judgeComparison), information: information.map(judged), setting }
}

function judgeComparison({ name, product, baseline, aims }: Comparison): JudgedComparison {
  const ratio = spreadOf(product.values.map((value, round) => value / (baseline.values[round] ?? Number.NaN)))
  const own = spreadOf(product.values)
  return {
    name,
    product: judged(product),
    baseline: judged(baseline),
    ratio,
    aims: aims.map((aim) => {
      const { median } = aim.of === 'ratio' ? ratio : own
      const unit = aim.of === 'ratio' ? 'x the baseline' : product.unit
      return { aim: `${bound(aim)} ${unit}`, met: 'atLeast' in aim ? median >= aim.atLeast : median <= aim.atMost }
    }),
  }
}

function bound(aim: Aim): string {
  return 'atLeast' in aim ? `at least ${aim.atLeast}` : `at most ${aim.atMost}`
}

function judged({ label, unit, values }: Sampled): Judged {
  return { label, unit, spread: spreadOf(values), rounds: values }
}
