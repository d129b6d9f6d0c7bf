import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { clusterTopics, createHttpRegistry, openCodecs, topicOf } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { startTestCluster } from '@watchword/service-host/testing'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import { benchPorts } from '../drive/bench-ports.ts'
import { startService } from '../drive/start-service.ts'
import type { Bench } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { loginsEach } from '../drive/folded-profile.ts'
import { usersKnown } from '../restart/known-users.ts'
import { fillChangelog } from './fill-changelog.ts'

type Restored = Readonly<{ seconds: number; peakBytes: number }>

const rounds = 2

export const kafkaRestoreBench: Bench = {
  name: 'kafka-restore',
  question:
    'a scorer takes all partitions over with an empty folder, until it judges in each, against a plain read of the changelog',
  async run() {
    const cluster = await startTestCluster(benchPorts)
    const { codecs } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
    const connection = { brokers: cluster.broker.brokers, clientId: 'bench', topics: clusterTopics }
    const log = await openKafkaLog(connection, { now: () => Date.now() })
    try {
      const { topic, rowBytes, actOnce } = await fillChangelog(log, codecs, usersKnown)
      let waiting = 0
      const measured = await interleave(
        async () => {
          waiting = await actOnce()
          return restore(log, cluster.env, waiting)
        },
        () => readAll(log, topic),
        rounds,
      )
      const unit = 's'
      return {
        comparisons: [
          {
            name: 'process start until an activity of each partition is judged',
            product: { label: 'services/scorer', unit, values: measured.product.map(({ seconds }) => seconds) },
            baseline: { label: 'tail of the changelog by the same driver', unit, values: measured.baseline },
            aims: [{ of: 'product', atMost: 60 }],
          },
        ],
        information: [
          {
            label: 'most resident memory of the scorer',
            unit: 'MiB',
            values: measured.product.map(({ peakBytes }) => peakBytes / 2 ** 20),
          },
        ],
        setting: [
          `${usersKnown} users of ${rowBytes} bytes in watchword.state.profile.v1, ${loginsEach} verified logins each from two devices, fingerprints and addresses, in 24 partitions; folded by the scorer's stage and saved by its store, each row once: nothing is left for compaction`,
          'one scorer takes over all 24 partitions at once, restores their rows into its local state and folds one activity of each that waits there; one broker of Kafka on this machine, files in the page cache',
        ],
      }
    } finally {
      await log.close()
      await cluster.close()
    }
  },
}

async function restore(log: EventLog, env: Readonly<Record<string, string>>, waiting: number): Promise<Restored> {
  const folder = temporaryFolder()
  const judged = topicOf('assessment')
  const before = total(await log.ends(judged))
  const began = performance.now()
  const scorer = await startService({ service: 'scorer', env, folder: folder.path })
  while (total(await log.ends(judged)) < before + waiting) await delay(50)
  const seconds = (performance.now() - began) / 1000
  const peakBytes = peakBytesOf(scorer.pid)
  await scorer.stop()
  folder.remove()
  return { seconds, peakBytes }
}

async function readAll(log: EventLog, topic: string): Promise<number> {
  const began = performance.now()
  const failed = Promise.withResolvers<never>()
  const tail = await log.tail({ topics: [topic], from: 'begin', onRecords: () => undefined, onError: failed.reject })
  await Promise.race([tail.caughtUp, failed.promise])
  const seconds = (performance.now() - began) / 1000
  await tail.stop()
  return seconds
}

function total(ends: readonly number[]): number {
  return ends.reduce((sum, end) => sum + end, 0)
}

function peakBytesOf(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1] ?? Number.NaN) * 1024
}
