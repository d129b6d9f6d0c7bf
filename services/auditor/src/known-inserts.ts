import type { Clickhouse } from '@watchword/clickhouse'

/** Of the one row that a database stores again only where it has forgotten its tokens. */
const token = 'watchword-restores'

/**
 * Whether the database knows the token of the last insert. One that was restored from a back-up has the rows of the back-up and no tokens: what is
 * sent again would be stored again. It has forgotten that of the row in `restores`, too, and stores it again, which then says up to when the
 * records came from the back-up, for every start after this one. A database without the row may be one that was restored from an older back-up.
 */
export async function knowsLastInsert(client: Clickhouse): Promise<boolean> {
  const last = await client.rows<{ ms: string }>(
    'SELECT toString(toUnixTimestamp64Milli(max(stored))) AS ms FROM records',
  )
  const upTo = new Date(Number(last[0]?.ms ?? 0)).toISOString()
  await client.insert('restores', [{ up_to: upTo }], { deduplicationToken: token })
  const [row] = await client.rows<{ isKnown: number }>(
    'SELECT (SELECT max(stored) FROM records) > (SELECT max(up_to) FROM restores) AS isKnown',
  )
  return row?.isKnown === 1
}
