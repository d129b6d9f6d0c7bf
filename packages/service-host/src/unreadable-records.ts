import { nameOfTopic } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { beginAtZero, type Logger } from '@watchword/service-kit'
import { Counter, type Registry } from 'prom-client'

/** Logs and counts the policies, apps and keys on the log that nobody can read; they are skipped, and the process goes on. */
export function createUnreadableRecords({
  metrics,
  logger,
}: Readonly<{ metrics: Registry; logger: Logger }>): (record: LogRecord, error: unknown) => void {
  const skipped = new Counter({
    name: 'watchword_settings_unreadable_records_total',
    help: 'Records of policies, apps and keys that could not be read and were skipped.',
    labelNames: ['topic'],
    registers: [metrics],
  })
  beginAtZero(skipped, { topic: 'app' }, { topic: 'policy' })
  return ({ topic, partition, offset }, error) => {
    skipped.inc({ topic: nameOfTopic(topic) ?? 'other' })
    logger.error({ err: error, topic, partition, offset }, 'an unreadable policy, app or key was skipped')
  }
}
