import { type Clickhouse, renderStatement, type Topology } from '@watchword/clickhouse'
import { type KeptTable, keptTables } from './kept-tables.ts'
import { copiesOfRecords, lengthOf, type Retention } from './retention-settings.ts'

/** A table that keeps its rows for another time than it should. */
export type RetentionChange = Readonly<{
  table: string
  /** Days; 0: for ever. */
  days: number
  /** The same, as it is now; undefined where it is something else than a number of days. */
  before: number | undefined
  /** For `renderStatement`, in their order. */
  statements: readonly string[]
}>

/** What has to change so that the tables keep their rows as long as the settings say; changes nothing. What no setting is about stays as it is. */
export async function planRetention(client: Clickhouse, retention: Retention): Promise<readonly RetentionChange[]> {
  if (keptTables.every(({ setting }) => retention[setting] === undefined)) return []
  const present = await presentDays(client)
  return keptTables.flatMap((table): readonly RetentionChange[] => {
    const { name, madeWithDays } = table
    const before = present.has(name) ? present.get(name) : madeWithDays
    const days = wantedDays(table, { retention, before })
    if (days === undefined || days === before) return []
    return [{ table: name, days, before, statements: statementsOf(table, days) }]
  })
}

/** Changes what has to change, and answers it. Each change has ClickHouse look at the dates of all parts of a table, so none is made twice. */
export async function applyRetention(
  client: Clickhouse,
  retention: Retention,
  topology: Topology = {},
): Promise<readonly RetentionChange[]> {
  const changes = await planRetention(client, retention)
  for (const statement of changes.flatMap(({ statements }) => statements))
    await client.command(renderStatement(statement, topology))
  return changes
}

type Wish = Readonly<{ retention: Retention; before: number | undefined }>

/** Undefined: as it is. A copy of the records goes with them where nothing is said of it. */
function wantedDays({ setting }: KeptTable, { retention, before }: Wish): number | undefined {
  const own = retention[setting]
  if (own !== undefined) return own
  const { recordsRetentionDays: limit } = retention
  if (limit === undefined || limit === 0 || !copiesOfRecords.some((copy) => copy === setting)) return undefined
  return before === undefined || lengthOf(before) > limit ? limit : undefined
}

/** The dates of parts that are there are written down anew, but not their rows; parts are dropped whole, which leaves no hole in a chain. */
const settings = 'ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1'

function statementsOf({ name, moment }: KeptTable, days: number): readonly string[] {
  const alter = `ALTER TABLE ${name} @onCluster`
  if (days === 0) return [`${alter} REMOVE TTL`]
  return [`${alter} MODIFY SETTING ${settings}`, `${alter} MODIFY TTL ${moment} + INTERVAL ${days} DAY`]
}

/** By table, of those that are there; undefined where it is no number of days. */
async function presentDays(client: Clickhouse): Promise<ReadonlyMap<string, number | undefined>> {
  if (!(await client.hasTable('records'))) return new Map()
  const rows = await client.rows<{ name: string; engine_full: string }>(
    'SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
    { parameters: { names: keptTables.map(({ name }) => name) } },
  )
  return new Map(rows.map(({ name, engine_full: engine }) => [name, daysOf(engine)]))
}

function daysOf(engine: string): number | undefined {
  const ttl = / TTL (.*?)(?: SETTINGS |$)/s.exec(engine)?.[1]
  if (ttl === undefined) return 0
  const days = /^[^,]* \+ toIntervalDay\((\d+)\)$/.exec(ttl)?.[1]
  return days === undefined ? undefined : Number(days)
}
