import type { Clickhouse } from '@watchword/clickhouse'

/** Of the one row that a database stores again only where it has forgotten its tokens. */
const token = 'watchword-restores'

/**
 * Whether the database knows the token of the last insert. One that was restored from a back-up has the rows of the back-up and no tokens: what is
 * sent again would be stored again. It has forgotten that of a row in `restores`, too, which then says up to when the records came from the
 * back-up, for every start after this one.
 */
export async function knowsLastInsert(client: Clickhouse): Promise<boolean> {
  const [found] = await client.rows<{ known: string; last: string }>(
    `SELECT toString((SELECT count() FROM restores)) AS known,
       toString(toUnixTimestamp64Milli((SELECT max(stored) FROM records))) AS last`,
  )
  // A database without the row has not been restored since it has this table.
  const upTo = found === undefined || found.known === '0' ? 0 : Number(found.last)
  await client.insert('restores', [{ up_to: new Date(upTo).toISOString() }], { deduplicationToken: token })
  const [row] = await client.rows<{ isKnown: number }>(
    'SELECT (SELECT max(stored) FROM records) > (SELECT max(up_to) FROM restores) AS isKnown',
  )
  return row?.isKnown === 1
}
