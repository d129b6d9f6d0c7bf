import { type KafkaAdmin, openKafkaAdmin } from '@watchword/event-log/kafka'
import type { Terminal } from '../terminal.ts'
import { type ClusterOptions, clusterConnection } from './cluster-options.ts'

/** Does something as the administrator of the cluster that the options name, and lets go of it whatever comes of it. */
export async function withKafkaAdmin<Answer>(
  options: ClusterOptions,
  terminal: Terminal,
  work: (admin: KafkaAdmin) => Promise<Answer>,
): Promise<Answer> {
  const admin = await openKafkaAdmin(clusterConnection(options, terminal))
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}
