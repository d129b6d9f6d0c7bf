import { topicOf } from '@watchword/contracts'
import type { Bench, BenchResult } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { type ScorerBench, openScorerBench } from './open-scorer-bench.ts'
import { startChild } from '../drive/child.ts'
import { bareGroup, bareTopicOf } from '../drive/bare-topics.ts'
import { type Consumers, type Drained, drain } from './drain.ts'
import { wordsOf } from './said.ts'

const activitiesPerRound = 50_000

export const kafkaScorerBench: Bench = {
  name: 'kafka-scorer',
  question:
    'activities a second of one scorer on Kafka against a bare loop that reads and writes as much by the same driver',
  async run() {
    const bench = await openScorerBench()
    try {
      return await measure(bench)
    } finally {
      await bench.close()
    }
  },
}

async function measure(bench: ScorerBench): Promise<BenchResult> {
  const { log, feed, setting } = bench
  const scorer = await bench.startScorer('scorer')
  const product: Consumers = { ...bench.scorers, processes: [scorer] }
  const { said, sample } = await bench.becomeKnown(product, activitiesPerRound)
  const args = [bench.broker, bench.registryUrl, JSON.stringify(said), sample]
  const bare = await startChild<object>(new URL('./bare-loop.ts', import.meta.url), args)
  const loop: Consumers = {
    processes: [{ pid: bare.pid, signal: (name) => void process.kill(bare.pid, name) }],
    group: bareGroup,
    input: bareTopicOf(topicOf('activity')),
    output: bareTopicOf(topicOf('assessment')),
  }
  const round = (consumers: Consumers) => (): Promise<Drained> =>
    drain(log, consumers, feed.next(consumers.input, activitiesPerRound))
  const rounds = await interleave(round(product), round(loop))
  await bare.stop()
  const labels = { product: 'services/scorer', baseline: 'bare loop' }
  return {
    comparisons: [
      {
        name: 'throughput of one process',
        product: {
          label: labels.product,
          unit: 'activities/s',
          values: rounds.product.map(({ perSecond }) => perSecond),
        },
        baseline: {
          label: labels.baseline,
          unit: 'activities/s',
          values: rounds.baseline.map(({ perSecond }) => perSecond),
        },
        aims: [
          { of: 'ratio', atLeast: 0.5 },
          { of: 'product', atLeast: 20_000 },
        ],
      },
      {
        name: 'processor time an activity, all threads',
        product: {
          label: labels.product,
          unit: 'µs',
          values: rounds.product.map(({ processorMicros }) => processorMicros),
        },
        baseline: {
          label: labels.baseline,
          unit: 'µs',
          values: rounds.baseline.map(({ processorMicros }) => processorMicros),
        },
        aims: [],
      },
    ],
    information: [],
    setting: [
      ...setting,
      `${activitiesPerRound} activities a round, appended while the process is stopped; from when it goes on until an assessment of each is in the log; processor time until all of it is saved and committed`,
      `the scorer writes for each activity: ${wordsOf(said)}; the bare loop decodes each activity, encodes an assessment and writes as many records of as many bytes, headers included, to topics laid out alike`,
    ],
  }
}
