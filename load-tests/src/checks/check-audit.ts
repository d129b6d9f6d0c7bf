import { eventually } from '../campaign/eventually.ts'
import type { Verdicts } from '../campaign/verdicts.ts'

/** Where the audit is, and who may read it. */
export type AuditDatabase = Readonly<{ url: string; username: string; password: string }>

/** How many rows there are of each `topic/partition/offset`. */
export type StoredRows = ReadonlyMap<string, number>

const storedWithinMs = 120_000
const askEveryMs = 500

/** Waits until ClickHouse has a row of each record that a consumer sees, and holds the rows against the records. */
export async function checkAudit(
  places: ReadonlySet<string>,
  database: AuditDatabase,
  verdicts: Verdicts,
): Promise<void> {
  let rows: StoredRows = new Map()
  const isComplete = async (): Promise<true | undefined> => {
    rows = await storedRows(database)
    return [...places].every((place) => rows.has(place)) ? true : undefined
  }
  await eventually(isComplete, storedWithinMs, askEveryMs)
  compareAudit(places, rows, verdicts)
}

/** Each record that a consumer sees is stored once; below the ends, nothing else is. */
export function compareAudit(places: ReadonlySet<string>, rows: StoredRows, verdicts: Verdicts): void {
  for (const place of places) {
    const times = rows.get(place) ?? 0
    verdicts.expect('a visible record is in ClickHouse exactly once', times === 1, () => `${place}: ${times} rows`)
  }
  const ends = endsOf(places)
  for (const place of rows.keys()) {
    const [partition, offset] = split(place)
    if (offset <= (ends.get(partition) ?? -1))
      verdicts.expect('ClickHouse holds nothing that consumers drop', places.has(place), () => place)
  }
}

async function storedRows({ url, username, password }: AuditDatabase): Promise<StoredRows> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    body: `SELECT concat(topic, '/', toString(partition), '/', toString(offset)), toString(count())
           FROM watchword.records GROUP BY topic, partition, offset FORMAT TSV`,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`ClickHouse answered ${response.status}: ${text.slice(0, 200)}`)
  const lines = text.split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => line.split('\t') as [string, string]).map(([place, times]) => [place, Number(times)]),
  )
}

function endsOf(places: Iterable<string>): ReadonlyMap<string, number> {
  const ends = new Map<string, number>()
  for (const place of places) {
    const [partition, offset] = split(place)
    ends.set(partition, Math.max(offset, ends.get(partition) ?? -1))
  }
  return ends
}

function split(place: string): readonly [string, number] {
  const slash = place.lastIndexOf('/')
  return [place.slice(0, slash), Number(place.slice(slash + 1))]
}
