import { eventually } from '../campaign/eventually.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import type { PlatformProcess } from '../platform-process.ts'

const storedWithinMs = 60_000

/** Holds the rows of ClickHouse against the records that a consumer sees: each once, and nothing else below the ends. */
export async function checkAudit(
  places: ReadonlySet<string>,
  clickhouse: PlatformProcess['clickhouse'],
  verdicts: Verdicts,
): Promise<void> {
  let rows = new Map<string, number>()
  await eventually(async () => {
    rows = await storedRows(clickhouse)
    return [...places].every((place) => rows.has(place)) ? true : undefined
  }, storedWithinMs)
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

async function storedRows({ url, username, password }: PlatformProcess['clickhouse']): Promise<Map<string, number>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    body: `SELECT concat(topic, '/', toString(partition), '/', toString(offset)), toString(count())
           FROM watchword.audit GROUP BY topic, partition, offset FORMAT TSV`,
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
