import { createHttpRegistry, logTopics, openCodecs } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { withPreparation } from '@watchword/stream'
import type { Cluster } from '@watchword/tools/cluster'
import { readVisibleLog, type VisibleLog } from '../checks/visible-log.ts'

/** Reads the log of a cluster that nobody sends anything to any more. */
export async function readLog({ kafka }: Pick<Cluster, 'kafka'>): Promise<VisibleLog> {
  const { codecs, prepare } = await openCodecs(createHttpRegistry({ url: kafka.registry.url }))
  const options = { brokers: kafka.broker.brokers, clientId: 'fault-campaign', topics: logTopics }
  const log = withPreparation(await openKafkaLog(options, { now: Date.now }), prepare)
  try {
    return await readVisibleLog(log, codecs)
  } finally {
    await log.close()
  }
}
