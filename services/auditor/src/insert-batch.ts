import type { Clickhouse, ClickhouseError } from '@watchword/clickhouse'
import type { LogRecord } from '@watchword/event-log'
import type { Logger } from '@watchword/service-kit'
import type { AuditBatch } from './audit-batch.ts'
import type { AuditMetrics } from './audit-metrics.ts'
import { endInserts, hasInsert, insertPastViews, insertRecords, isDataRefusal } from './insert-records.ts'
import type { Refusals } from './refusals.ts'

/** Records, and the rows that they make. */
export type Prepared = Readonly<{ records: readonly LogRecord[]; batch: AuditBatch }>

export type InsertBatchDeps = Readonly<{
  client: Clickhouse
  refusals: Refusals
  logger: Logger
  metrics: AuditMetrics
}>

/**
 * Inserts a batch under its token: whether an insert that failed went through need not be known. It is `refused` when nothing of it is stored
 * for what it holds, and there is another part or form of it to be sent; every other failure rejects.
 */
export async function insertBatch(
  { records, batch }: Prepared,
  { client, refusals, logger, metrics }: InsertBatchDeps,
): Promise<'stored' | 'refused'> {
  const { chunks, rows, token, storedAt } = batch
  const began = performance.now()
  try {
    await insertRecords(client, chunks, token)
  } catch (error) {
    if (!isDataRefusal(error)) throw error
    // Of several attempts one may still be under way; other rows under another token must not meet it.
    await endInserts(client)
    if (!(await hasInsert(client, storedAt))) {
      if (!refusals.refused(records, error.message)) throw error
      logger.warn({ err: error, rows }, 'ClickHouse refuses one of these records, which is looked for')
      return 'refused'
    }
    if (refusals.tooManyByViews) throw error
    await insertPastViews(client, chunks, token)
    refusals.storedPastView()
    tellViewRefusal(error, { logger, metrics })
  }
  metrics.rows.inc(rows)
  metrics.insertSeconds.observe((performance.now() - began) / 1000)
  return 'stored'
}

/** Counts an insert of which a view refuses a row, and logs the names of the view and of those that it was reached through. */
export function tellViewRefusal(
  error: ClickhouseError,
  { logger, metrics }: Pick<InsertBatchDeps, 'logger' | 'metrics'>,
): void {
  metrics.viewRefusals.inc()
  const views = [...(error.serverMessage ?? '').matchAll(/while pushing to view ([\w.`]*\w)/g)].map(([, name]) => name)
  logger.error({ err: error, views }, 'a view refuses a row of an insert, its table has nothing of it')
}
