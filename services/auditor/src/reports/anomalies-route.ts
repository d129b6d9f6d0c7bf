import { type HttpServer, pageFrom, readCursor } from '@watchword/service-kit'
import { type TProperties, Type } from 'typebox'
import type { AnomalyColumn, AnomalyView } from '../anomalies/anomaly-view.ts'
import { anomalyViews } from '../anomalies/anomaly-views.ts'
import { type ListQuery, type ReportRouteDeps, registerListRoute } from './list-route.ts'
import { periodOf, periodSchema } from './period.ts'
import { sql } from './sql.ts'
import type { TenantReader } from './tenant-reader.ts'

type Cell = string | number | readonly string[]

const dayMs = 86_400_000

/** `GET /v1/stats/anomalies/{view}`: what a view of anomalies finds in a period, the newest first. */
export function registerAnomalyRoutes(server: HttpServer, deps: ReportRouteDeps): void {
  for (const view of anomalyViews) {
    const columns = columnsOf(view)
    registerListRoute(server, deps, {
      url: `/v1/stats/anomalies/${view.name.replaceAll('_', '-')}`,
      summary: `${view.about} Of the last ${view.days === 1 ? '24 h' : `${view.days} days`} without a period; the newest first, paged; JSON or CSV.`,
      query: periodSchema,
      item: Type.Object(Object.fromEntries(columns.map(({ name, column }) => [name, schemaOf(column)])) as TProperties),
      columns: columns.map(({ name }) => ({
        name,
        value: (item: Readonly<Record<string, unknown>>) => csvCell(item[name] as Cell),
      })),
      read: (reader, asked) => readAnomalies(reader, view, asked, deps.now()),
    })
  }
}

type Named = Readonly<{ name: string; of: string; column: AnomalyColumn }>

/** The columns as they are in answers, and what they are in the view. */
function columnsOf({ at, subject, columns }: AnomalyView): readonly Named[] {
  const all = { at: { kind: 'time', about: at }, subject: { kind: 'text', about: subject }, ...columns } as const
  return Object.entries<AnomalyColumn>(all).map(([of, column]) => ({ name: camelCase(of), of, column }))
}

function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

function schemaOf({ kind, about: description }: AnomalyColumn) {
  if (kind === 'texts') return Type.Array(Type.String(), { description })
  if (kind === 'integer') return Type.Integer({ description })
  return kind === 'number' ? Type.Number({ description }) : Type.String({ description })
}

function csvCell(cell: Cell): string | number {
  return typeof cell === 'object' ? cell.join(' ') : cell
}

type Row = Readonly<Record<string, Cell> & { at: string; subject: string }>

const place = Type.Tuple([Type.String({ pattern: '^[0-9]{1,15}$' }), Type.String({ maxLength: 1024 })])

/** A page of what a view finds; `now` is epoch milliseconds. */
export async function readAnomalies(
  reader: TenantReader,
  view: AnomalyView,
  asked: ListQuery<typeof periodSchema>,
  now: number,
) {
  const { limit, cursor } = asked
  const [ms, lastSubject] = cursor === undefined ? [] : readCursor(place, cursor)
  const rows = await reader.rows<Row>({
    select: sql`*`,
    from: view,
    where:
      cursor === undefined
        ? []
        : [sql`(at, toString(subject)) < (fromUnixTimestamp64Milli({ms:Int64}, 'UTC'), {lastSubject:String})`],
    orderBy: sql`at DESC, toString(subject) DESC`,
    rows: limit + 1,
    parameters: { ...periodOf(asked, { now, defaultMs: view.days * dayMs }), ms, lastSubject },
  })
  const page = pageFrom(rows, limit, (row) => [String(Date.parse(row.at)), row.subject])
  const columns = columnsOf(view)
  return {
    ...page,
    items: page.items.map((row) =>
      Object.fromEntries(columns.map(({ name, of, column }) => [name, cellOf(row[of] ?? '', column)])),
    ),
  }
}

/** 64-bit integers come as texts. */
function cellOf(cell: Cell, { kind }: AnomalyColumn): Cell {
  return kind === 'integer' || kind === 'number' ? Number(cell) : cell
}
