export { ClickhouseError, type ClickhouseErrorCode, clickhouseErrorOf } from './clickhouse-error.ts'
export {
  type Clickhouse,
  type ClickhouseCallOptions,
  type ClickhouseConfig,
  type ClickhouseInsertOptions,
  createClickhouse,
} from './client.ts'
export type { EmbeddedExit } from './embedded-child.ts'
export type { EmbeddedUser } from './embedded-configuration.ts'
export {
  type EmbeddedClickhouse,
  type EmbeddedClickhouseConfig,
  type EmbeddedClickhouseDeps,
  type EmbeddedLogger,
  startEmbeddedClickhouse,
} from './embedded-server.ts'
export {
  applyMigrations,
  type Migration,
  MigrationError,
  type MigrationErrorCode,
  type MigrationPlan,
  migrate,
  planMigrations,
} from './migrations.ts'
