import { createHash } from 'node:crypto'
import type { Clickhouse } from './client.ts'
import { renderStatement, type Topology } from './topology.ts'

/**
 * One step of a schema. ClickHouse has no transactions over DDL, so each statement must be harmless when run again
 * (`IF NOT EXISTS`): a step is recorded after its last statement. What depends on the cluster is written as `renderStatement` reads it.
 */
export type Migration = {
  /** Sorts as text in the order of application, such as `0001`. */
  readonly id: string
  readonly name: string
  readonly sql: readonly string[]
}

/** What a database has, and what it still needs. */
export type MigrationPlan = {
  readonly applied: readonly string[]
  readonly pending: readonly Migration[]
  /** Steps that only a newer build knows. */
  readonly unknown: readonly string[]
}

export type MigrationErrorCode = 'migration-changed' | 'migration-out-of-order'

/** A list of migrations that does not fit the database, or itself. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code: MigrationErrorCode
  readonly migration: string

  constructor(code: MigrationErrorCode, migration: string, message: string) {
    super(`${message}: ${migration}`)
    this.code = code
    this.migration = migration
  }
}

const table = 'watchword_migrations'

/** Compares migrations with what the database has recorded; changes nothing. Refuses a recorded step whose text has changed. */
export async function planMigrations(client: Clickhouse, migrations: readonly Migration[]): Promise<MigrationPlan> {
  for (const [index, { id }] of migrations.entries()) {
    const previous = migrations[index - 1]
    if (previous !== undefined && previous.id >= id) {
      throw new MigrationError('migration-out-of-order', id, 'the list of migrations is not sorted by id')
    }
  }
  const recorded = await recordedChecksums(client)
  const last = [...recorded.keys()].toSorted().at(-1) ?? ''
  const pending = migrations.filter(({ id }) => !recorded.has(id))
  for (const migration of migrations) {
    const checksum = recorded.get(migration.id)
    if (checksum !== undefined && checksum !== checksumOf(migration)) {
      throw new MigrationError('migration-changed', migration.id, 'the migration was changed after it had been applied')
    }
    if (checksum === undefined && migration.id < last) {
      throw new MigrationError('migration-out-of-order', migration.id, 'a later migration has been applied already')
    }
  }
  const known = new Set(migrations.map(({ id }) => id))
  return {
    applied: [...recorded.keys()].filter((id) => known.has(id)).toSorted(),
    pending,
    unknown: [...recorded.keys()].filter((id) => !known.has(id)).toSorted(),
  }
}

/** Applies the pending steps of a plan in order, recording each; returns the ids applied. */
async function applyMigrations(
  client: Clickhouse,
  plan: MigrationPlan,
  topology: Topology,
): Promise<readonly string[]> {
  const perform = (statement: string): Promise<void> => client.command(renderStatement(statement, topology))
  await perform(
    `CREATE TABLE IF NOT EXISTS ${table} @onCluster (id String, name String, checksum String, appliedAt DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = @engine(ReplacingMergeTree) ORDER BY id`,
  )
  for (const migration of plan.pending) {
    for (const statement of migration.sql) await perform(statement)
    await client.insert(table, [{ id: migration.id, name: migration.name, checksum: checksumOf(migration) }])
  }
  return plan.pending.map(({ id }) => id)
}

/** Brings the database up to date, making it if need be; safe to run by every replica at every start. */
export async function migrate(
  client: Clickhouse,
  migrations: readonly Migration[],
  topology: Topology = {},
): Promise<readonly string[]> {
  await client.createDatabase(topology.cluster)
  return applyMigrations(client, await planMigrations(client, migrations), topology)
}

async function recordedChecksums(client: Clickhouse): Promise<ReadonlyMap<string, string>> {
  if (!(await client.hasTable(table))) return new Map()
  const rows = await client.rows<{ id: string; checksum: string }>(`SELECT id, checksum FROM ${table} FINAL`)
  return new Map(rows.map(({ id, checksum }) => [id, checksum]))
}

/** Of the text before it is rendered, the same on every cluster; insensitive to white space, so that a formatter can touch the text. */
function checksumOf(migration: Migration): string {
  const text = migration.sql.map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
  return createHash('sha256').update(JSON.stringify(text)).digest('hex')
}
