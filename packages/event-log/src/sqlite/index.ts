export { openSqliteLog, type SqliteLog, type SqliteLogDeps, type SqliteLogOptions } from './open-sqlite-log.ts'
