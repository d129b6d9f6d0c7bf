export { type CloudEventAttributes, cloudEventHeaders } from './cloud-event-headers.ts'
export type {
  AppendRecord,
  EventLog,
  Headers,
  JoinOptions,
  LogRecord,
  Member,
  Position,
  Tail,
  TailOptions,
  TailStart,
  TopicConfig,
} from './event-log.ts'
export { LogError, type LogErrorCode } from './log-error.ts'
export { partitionOf } from './murmur2.ts'
export {
  admitRecord,
  type AdmittedRecord,
  recordBytesMax,
  recordBytesOf,
  topicOf,
  versionHeader,
  versionOf,
} from './record-admission.ts'
