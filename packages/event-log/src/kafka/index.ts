export type { KafkaLogDeps, KafkaLogger, KafkaLogOptions, KafkaTuning } from './kafka-log-options.ts'
export { openKafkaLog } from './open-kafka-log.ts'
