import type { Clickhouse } from '@watchword/clickhouse'
import { problem } from '@watchword/service-kit'

/** The rows that answer a question; throws the problem `store-unavailable` when the database does not. */
export async function storeRows<Row>(
  client: Clickhouse,
  query: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<readonly Row[]> {
  try {
    return await client.rows<Row>(query, { parameters })
  } catch (cause) {
    throw problem('store-unavailable', { cause })
  }
}
