import type { ServiceProcess } from '@watchword/service-host/testing'
import type { Bench, Comparison } from '../measure/bench.ts'
import { drain, type Drained } from './drain.ts'
import { openScorerBench, type ScorerBench } from './open-scorer-bench.ts'
import { createShareOut, type ShareOut, untilSharedOut } from './share-out.ts'

const counts = [1, 2, 4] as const
/** Up and down again: a change of the count is a share-out and restores, and what the machine does else meets all of them alike. */
const rounds = [...counts, ...counts.toReversed()]
const activitiesPerRound = 30_000
/** For processes that have just started. */
const activitiesToWarmUp = 10_000

export const kafkaGrowthBench: Bench = {
  name: 'kafka-growth',
  question: 'the work of one, two and four scorers that share the partitions out, each count against one',
  async run() {
    const bench = await openScorerBench()
    try {
      const measured = await measureAll(bench)
      const one = measured.get(1) ?? []
      return {
        comparisons: counts
          .filter((count) => count > 1)
          .flatMap((count) => comparisons(count, measured.get(count) ?? [], one)),
        information: [],
        setting: [
          ...bench.setting,
          `${activitiesPerRound} activities a round, with ${rounds.join(', ')} processes; before each round, for what has started a moment ago, ${activitiesToWarmUp} that are not measured`,
          'with as many cores as these processes and the broker keep busy, throughput would grow as processor time an activity stays the same; here all of them share the cores of one machine',
        ],
      }
    } finally {
      await bench.close()
    }
  },
}

type Scorer = Readonly<{ process: ServiceProcess; share: ShareOut }>

async function measureAll(bench: ScorerBench): Promise<ReadonlyMap<number, readonly Drained[]>> {
  const { log, feed } = bench
  const measured = new Map<number, Drained[]>(counts.map((count) => [count, []]))
  const running: Scorer[] = []
  let started = 0

  async function grow(count: number): Promise<void> {
    while (running.length < count) {
      started += 1
      const share = createShareOut(bench.scorers)
      running.push({ process: await bench.startScorer(`scorer-${started}`, (line) => share.onLine(line)), share })
    }
    while (running.length > count) await running.pop()?.process.stop()
    const partitions = log.topics.get(bench.scorers.input)?.partitions ?? 0
    await untilSharedOut(
      running.map(({ share }) => share),
      partitions,
    )
  }

  const work = (activities: number): Promise<Drained> =>
    drain(
      log,
      { ...bench.scorers, processes: running.map(({ process }) => process) },
      feed.next(bench.scorers.input, activities),
    )

  await grow(1)
  await bench.becomeKnown({ ...bench.scorers, processes: running.map(({ process }) => process) }, activitiesToWarmUp)
  for (const count of rounds) {
    await grow(count)
    await work(activitiesToWarmUp)
    measured.get(count)?.push(await work(activitiesPerRound))
  }
  return measured
}

function comparisons(count: number, many: readonly Drained[], one: readonly Drained[]): readonly Comparison[] {
  const [product, baseline] = [`${count} scorers`, '1 scorer']
  return [
    {
      name: `throughput of ${product} together`,
      product: { label: product, unit: 'activities/s', values: many.map(({ perSecond }) => perSecond) },
      baseline: { label: baseline, unit: 'activities/s', values: one.map(({ perSecond }) => perSecond) },
      aims: [],
    },
    {
      name: `processor time an activity, ${product}`,
      product: { label: product, unit: 'µs', values: many.map(({ processorMicros }) => processorMicros) },
      baseline: { label: baseline, unit: 'µs', values: one.map(({ processorMicros }) => processorMicros) },
      aims: [{ of: 'ratio', atMost: 1.25 }],
    },
  ]
}
