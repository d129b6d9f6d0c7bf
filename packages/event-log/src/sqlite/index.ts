export { openSqliteLog, type SqliteLog } from './open-sqlite-log.ts'
