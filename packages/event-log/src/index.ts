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
