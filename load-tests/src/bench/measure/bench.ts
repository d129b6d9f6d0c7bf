/** What one side of a comparison measured, a value a round. */
export type Sampled = Readonly<{ label: string; unit: string; values: readonly number[] }>

/** What a comparison has to reach: of the ratio product/baseline, or of the product's own median. */
export type Aim = Readonly<{ of: 'ratio' | 'product'; atLeast: number } | { of: 'ratio' | 'product'; atMost: number }>

/** The product against a baseline, measured in turn on the same machine. */
export type Comparison = Readonly<{ name: string; product: Sampled; baseline: Sampled; aims: readonly Aim[] }>

export type BenchResult = Readonly<{
  comparisons: readonly Comparison[]
  /** Absolute figures without a baseline, for information. */
  information: readonly Sampled[]
  /** What a reader has to know to judge the figures: sizes, counts, how the data was made. */
  setting: readonly string[]
}>

export type Bench = Readonly<{ name: string; question: string; run: () => Promise<BenchResult> }>
