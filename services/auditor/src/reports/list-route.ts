import { type Access, keyGate, userOf } from '@watchword/access'
import { type HttpServer, type Page, pageSchema } from '@watchword/service-kit'
import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import type { Clickhouse } from '@watchword/clickhouse'
import { type CsvColumn, csvOf } from './csv.ts'
import { createTenantReader, type TenantReader } from './tenant-reader.ts'

export type ReportRouteDeps = Readonly<{
  access: Access
  reader: Clickhouse
  /** Epoch milliseconds. */
  now: () => number
  /** Waits a moment for what was acknowledged before the call; only the replica that stores can. */
  freshened: () => Promise<unknown>
}>

export type ListRoute<Query extends TProperties, Params extends TProperties, Item extends TSchema> = Readonly<{
  url: string
  summary: string
  /** Beside `limit` and `cursor`. */
  query: Query
  params?: Params
  item: Item
  /** The items as a table, for `Accept: text/csv`. */
  columns: readonly CsvColumn<Static<Item>>[]
  read: (
    reader: TenantReader,
    query: ListQuery<Query>,
    params: Static<ReturnType<typeof Type.Object<Params>>>,
  ) => Promise<Page<Static<Item>>>
}>

/** The query of a list: its own members, and the page. */
export type ListQuery<Query extends TProperties> = Static<ReturnType<typeof Type.Object<Query>>> &
  Static<typeof pageSchema>

/** A paged list of the tenant of the key (scope `report`), as JSON or, when that is what is asked for, as CSV with the next page in `Link`. */
export function registerListRoute<Query extends TProperties, Params extends TProperties, Item extends TSchema>(
  server: HttpServer,
  { access, reader, freshened }: ReportRouteDeps,
  route: ListRoute<Query, Params, Item>,
): void {
  const { security, onRequest, whoOf } = keyGate(access, 'report')
  const page = Type.Object({ items: Type.Array(route.item), next: Type.Optional(Type.String()) })
  server.get(
    route.url,
    {
      schema: {
        summary: route.summary,
        security,
        ...(route.params === undefined ? {} : { params: Type.Object(route.params) }),
        querystring: Type.Object({ ...pageSchema.properties, ...route.query }, { additionalProperties: false }),
        documentation: {
          answers: {
            200: {
              description: 'A page of the list.',
              body: page,
              alsoAs: 'text/csv',
              headers: { Link: 'The next page, where there is one and the answer is CSV.' },
            },
          },
          problems: ['invalid', 'log-unavailable', 'store-unavailable'],
        },
      },
      onRequest,
    },
    async (request, reply) => {
      const { tenant } = whoOf(request)
      const query = request.query as ListQuery<Query>
      const { user } = request.query as { user?: string }
      const named = user === undefined ? {} : { user: userOf(user, '/query/user', access.userNamesOf(tenant)) }
      await freshened()
      const found = await route.read(
        createTenantReader(reader, tenant),
        { ...query, ...named },
        request.params as Static<ReturnType<typeof Type.Object<Params>>>,
      )
      void reply.header('vary', 'accept')
      if (!wantsCsv(request.headers.accept)) return found
      if (found.next !== undefined) void reply.header('link', `<${nextUrl(request.url, found.next)}>; rel="next"`)
      return reply.type('text/csv; charset=utf-8').send(csvOf(route.columns, found.items))
    },
  )
}

/** Whether CSV is asked for by name, and not only as one of everything. */
function wantsCsv(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map((each) => each.split(';', 1)[0]?.trim().toLowerCase())
  const csv = types.indexOf('text/csv')
  const json = types.indexOf('application/json')
  return csv !== -1 && (json === -1 || csv < json)
}

function nextUrl(url: string, cursor: string): string {
  const next = new URL(url, 'http://localhost')
  next.searchParams.set('cursor', cursor)
  return `${next.pathname}${next.search}`
}
