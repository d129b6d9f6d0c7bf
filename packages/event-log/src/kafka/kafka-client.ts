import kafkajs, { type Kafka, type logLevel as LogLevel } from 'kafkajs'
import { correctKafkajs } from './correct-kafkajs.ts'
import type { KafkaConnection, KafkaLogger } from './kafka-log-options.ts'

/** The client of kafkajs as the driver sets it up; connects nothing yet. */
export function createKafkaClient(options: KafkaConnection, logger: KafkaLogger): Kafka {
  correctKafkajs()
  return new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    connectionTimeout: 2000,
    requestTimeout: 6000,
    // Whoever asks tries again by himself, with a deadline or a stop; this bridges what lasts about a second.
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 4, factor: 0.2, multiplier: 1.5 },
    logLevel: kafkajs.logLevel.WARN,
    // What kafkajs calls an error is a connection that is tried again. Whatever ends something is thrown.
    logCreator:
      (_level: LogLevel) =>
      ({ namespace, log }) =>
        logger.warn({ client: 'kafkajs', namespace, broker: log['broker'], detail: log.message }, 'kafka client'),
  })
}
