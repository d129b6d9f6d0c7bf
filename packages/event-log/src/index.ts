export { cloudEventHeaders } from './cloud-event-headers.ts'
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
export { createIsoTime } from './iso-time.ts'
export { toError } from './to-error.ts'
export { recordBytesMax, recordBytesOf, versionHeader, versionOf } from './record-admission.ts'
