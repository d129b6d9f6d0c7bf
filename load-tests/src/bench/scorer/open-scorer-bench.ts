import { clusterTopics, createHttpRegistry, openCodecs, topicOf } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { type ServiceProcess, startTestCluster } from '@watchword/service-host/testing'
import { groupOf, withPreparation } from '@watchword/stream'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import { benchPorts } from '../drive/bench-ports.ts'
import { startService } from '../drive/start-service.ts'
import { type ActivityFeed, createActivityFeed, loginEvery, usersActing, zipfExponent } from './activity-feed.ts'
import { bareTopics } from '../drive/bare-topics.ts'
import { appendAll, type Consumers, drain, untilCommitted } from './drain.ts'
import { endsOfOutputs, type Said, saidSince } from './said.ts'

/** A cluster with activities to be judged, and scorers to judge them. */
export interface ScorerBench {
  readonly log: EventLog
  readonly feed: ActivityFeed
  readonly broker: string
  readonly registryUrl: string
  /** What scorers read and say; without the processes. */
  readonly scorers: Omit<Consumers, 'processes'>
  readonly setting: readonly string[]
  /** Starts a scorer in a folder of that name; `onLine` sees what it logs. */
  startScorer(name: string, onLine?: (line: string) => void): Promise<ServiceProcess>
  /**
   * Lets everybody log in once, and then act so often. Answers what the scorers write for each of these activities, and an assessment as base64.
   */
  becomeKnown(scorers: Consumers, activities: number): Promise<Readonly<{ said: readonly Said[]; sample: string }>>
  close(): Promise<void>
}

const assessments = topicOf('assessment')
const sightings = { group: groupOf('entity'), input: topicOf('sighting') }

export async function openScorerBench(): Promise<ScorerBench> {
  const cluster = await startTestCluster(benchPorts)
  const folder = temporaryFolder()
  const [broker = ''] = cluster.broker.brokers
  const { codecs, prepare } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
  const opened = await openKafkaLog(
    {
      brokers: [broker],
      clientId: 'bench',
      topics: [...clusterTopics, ...bareTopics],
      createTopics: { replicationFactor: 1 },
    },
    { now: () => Date.now() },
  )
  const log = withPreparation(opened, prepare)
  const feed = await createActivityFeed(codecs)
  const running: ServiceProcess[] = []
  return {
    log,
    feed,
    broker,
    registryUrl: cluster.registryUrl,
    scorers: { group: groupOf('profile'), input: topicOf('activity'), output: assessments },
    setting: [
      `${usersActing} users who have all logged in before, Zipf-distributed with the exponent ${zipfExponent}; every ${loginEvery}th activity is a login from a second device and address, the others are reads`,
      '24 partitions on one broker of Kafka on this machine, which shares the cores with what is measured; acks=all, not compressed',
    ],
    async startScorer(name, onLine) {
      const scorer = await startService({
        service: 'scorer',
        env: cluster.env,
        folder: folder.path,
        name,
        ...(onLine === undefined ? {} : { onLine }),
      })
      running.push(scorer)
      return scorer
    },
    async becomeKnown(scorers, activities) {
      await appendAll(log, feed.logins(scorers.input))
      await untilCommitted(log, scorers)
      // The devices and addresses of everybody are work of their own.
      await untilCommitted(log, sightings)
      await drain(log, scorers, feed.next(scorers.input, activities))
      const before = await endsOfOutputs(log)
      await drain(log, scorers, feed.next(scorers.input, activities))
      const said = await saidSince(log, before, activities)
      const ends = await log.ends(assessments)
      const partition = ends.findIndex((end) => end > 0)
      const [record] = await log.read(assessments, partition, (ends[partition] ?? 1) - 1, 1)
      return { said, sample: Buffer.from(record?.value ?? []).toString('base64') }
    },
    async close() {
      await Promise.all(running.map((scorer) => scorer.stop()))
      await log.close()
      await cluster.close()
      folder.remove()
    },
  }
}
