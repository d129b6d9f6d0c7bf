import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type ClickHouseSettings, createClient } from '@clickhouse/client'
import { ClickhouseError, clickhouseErrorOf } from './clickhouse-error.ts'

export type ClickhouseConfig = {
  readonly url: string
  /** Default `default`. */
  readonly username?: string
  readonly password?: string
  readonly database: string
  /** Milliseconds that a call may take; default 30 000. */
  readonly requestTimeoutMs?: number
  /** Default 10. */
  readonly connectionsMax?: number
  /** Whether the tables are replicated: what was acknowledged is then on a majority, and read from a replica that has it. Default false. */
  readonly replicated?: boolean
}

export type ClickhouseCallOptions = {
  /** Values of `{name:Type}` places: the only way a value may enter a query. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly settings?: ClickHouseSettings
  readonly signal?: AbortSignal
}

export type ClickhouseInsertOptions = {
  /**
   * A batch with a token that the table has seen within its `non_replicated_deduplication_window` (or
   * `replicated_deduplication_window`) is dropped, so a retry stores nothing twice.
   */
  readonly deduplicationToken?: string
  readonly settings?: ClickHouseSettings
}

/** Where encoded rows go: the columns in their order, and how they are written. */
export type EncodedInsert = {
  readonly table: string
  readonly columns: readonly string[]
  readonly format: 'JSONEachRow' | 'RowBinary'
}

/** ClickHouse over HTTP; every rejection is a `ClickhouseError`. */
export type Clickhouse = {
  readonly database: string
  /** All rows of a query; 64-bit integers are strings, dates are ISO 8601. */
  readonly rows: <Row>(sql: string, options?: ClickhouseCallOptions) => Promise<Row[]>
  /** The rows of a query in chunks as they arrive. */
  readonly stream: <Row>(sql: string, options?: ClickhouseCallOptions) => AsyncGenerator<Row[], void>
  readonly command: (sql: string, options?: ClickhouseCallOptions) => Promise<void>
  /** Inserts rows (nothing for none) and resolves when the server has stored them. */
  readonly insert: (table: string, rows: readonly unknown[], options?: ClickhouseInsertOptions) => Promise<void>
  /** The same for rows that are encoded already; nothing for no chunks. */
  readonly insertEncoded: (
    into: EncodedInsert,
    chunks: readonly Uint8Array[],
    options?: ClickhouseInsertOptions,
  ) => Promise<void>
  /** The answer of a query as it comes, in the format that its text names. */
  readonly bytes: (sql: string, options?: ClickhouseCallOptions) => AsyncGenerator<Uint8Array, void>
  /** Resolves if the server answers a query of this user. */
  readonly ping: () => Promise<void>
  /** Makes the database if it is not there, on every server of the cluster if one is named; the other calls need it. */
  readonly createDatabase: (cluster?: string) => Promise<void>
  /** Whether the database has a table of this name; false also where there is no such database. */
  readonly hasTable: (name: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

const settings: ClickHouseSettings = {
  date_time_input_format: 'best_effort',
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: 1,
  input_format_skip_unknown_fields: 0,
  async_insert: 0,
  // Without it the server may answer 200 before it knows whether the query succeeds.
  wait_end_of_query: 1,
}

/** Without them a replica that lags would say that what another has stored is not there. */
const ofReplicas: ClickHouseSettings = {
  insert_quorum: 'auto',
  insert_quorum_parallel: 0,
  select_sequential_consistency: '1',
}

/** Makes a client; nothing is sent until the first call. Throws a ClickhouseError, `clickhouse-url-invalid`, for an address that cannot be one. */
export function createClickhouse(config: ClickhouseConfig): Clickhouse {
  const isLoopback = /^(localhost|127\.|\[::1\])/.test(URL.canParse(config.url) ? new URL(config.url).hostname : '')
  const connect = (database: string) =>
    createClient({
      url: config.url,
      username: config.username ?? 'default',
      password: config.password ?? '',
      database,
      application: 'watchword',
      request_timeout: config.requestTimeoutMs ?? 30_000,
      max_open_connections: config.connectionsMax ?? 10,
      // Over loopback the processor is dearer than the bytes.
      compression: { request: !isLoopback, response: !isLoopback },
      // Below the 10 s after which a ClickHouse server by default closes an idle connection, which would lose a request.
      keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
      clickhouse_settings: config.replicated ? { ...settings, ...ofReplicas } : settings,
      log: { level: 127 },
    })
  const client = addressed(() => connect(config.database))

  /** Asks where the client's own database need not be there yet. */
  const inDefault = <Answer>(work: (visitor: ReturnType<typeof connect>) => Promise<Answer>): Promise<Answer> =>
    mapped(async () => {
      const visitor = connect('default')
      try {
        return await work(visitor)
      } finally {
        await visitor.close()
      }
    })

  async function* stream<Row>(sql: string, options: ClickhouseCallOptions = {}): AsyncGenerator<Row[], void> {
    try {
      const result = await client.query({ query: sql, format: 'JSONEachRow', ...callParameters(options) })
      for await (const chunk of result.stream<Row>()) yield chunk.map((row) => row.json())
    } catch (error) {
      throw clickhouseErrorOf(error)
    }
  }

  async function* bytes(sql: string, options: ClickhouseCallOptions = {}): AsyncGenerator<Uint8Array, void> {
    try {
      const { stream: answer } = await client.exec({ query: sql, ...callParameters(options) })
      for await (const chunk of answer) yield chunk as Uint8Array
    } catch (error) {
      throw clickhouseErrorOf(error)
    }
  }

  return {
    database: config.database,
    stream,
    bytes,
    rows: <Row>(sql: string, options: ClickhouseCallOptions = {}) =>
      mapped(async () => {
        const result = await client.query({ query: sql, format: 'JSONEachRow', ...callParameters(options) })
        return result.json<Row>()
      }),
    command: (sql, options = {}) =>
      mapped(async () => {
        await client.command({ query: sql, ...callParameters(options) })
      }),
    insert: (table, rows, options = {}) =>
      mapped(async () => {
        if (rows.length === 0) return
        await client.insert({
          table,
          values: rows,
          format: 'JSONEachRow',
          clickhouse_settings: insertSettings(options),
        })
      }),
    insertEncoded: ({ table, columns, format }, chunks, options = {}) =>
      mapped(async () => {
        if (chunks.length === 0) return
        const { stream: answer } = await client.exec({
          query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT ${format}`,
          values: Readable.from(chunks, { objectMode: false }),
          clickhouse_settings: insertSettings(options),
        })
        // The connection is free again when the answer, which is empty, has been read.
        answer.resume()
        await finished(answer)
      }),
    ping: () =>
      mapped(async () => {
        const result = await client.ping({ select: true })
        if (!result.success) throw result.error
      }),
    createDatabase: (cluster) =>
      inDefault(async (maker) => {
        await maker.command({
          query: `CREATE DATABASE IF NOT EXISTS {database:Identifier} ${cluster === undefined ? '' : 'ON CLUSTER {cluster:Identifier}'}`,
          query_params: { database: config.database, ...(cluster === undefined ? {} : { cluster }) },
        })
      }),
    hasTable: (name) =>
      inDefault(async (visitor) => {
        const result = await visitor.query({
          query:
            'SELECT count() AS tables FROM system.tables WHERE database = {database:String} AND name = {name:String}',
          query_params: { database: config.database, name },
          format: 'JSONEachRow',
        })
        const [answer] = await result.json<{ tables?: string }>()
        // A page that is sent for everything would be taken for an empty database.
        if (answer?.tables === undefined)
          throw new ClickhouseError('clickhouse-query-refused', 'what answers at this address is no ClickHouse')
        return answer.tables !== '0'
      }),
    close: () => client.close(),
  }
}

/** The address alone is another's to choose: what the client does not take is it. It is not repeated, since it may hold a password. */
function addressed<Client>(connect: () => Client): Client {
  try {
    return connect()
  } catch {
    const message = 'the address of ClickHouse is no http or https address, or has a parameter that there is not'
    throw new ClickhouseError('clickhouse-url-invalid', message)
  }
}

async function mapped<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw clickhouseErrorOf(error)
  }
}

function insertSettings({ deduplicationToken: token, settings: own }: ClickhouseInsertOptions): ClickHouseSettings {
  return {
    ...(token === undefined
      ? {}
      : {
          insert_deduplicate: 1,
          insert_deduplication_token: token,
          // Without it a repeated insert would leave out what the views of the table did not get the first time.
          deduplicate_blocks_in_dependent_materialized_views: 1,
        }),
    ...own,
  }
}

function callParameters(options: ClickhouseCallOptions) {
  return {
    ...(options.parameters === undefined ? {} : { query_params: { ...options.parameters } }),
    ...(options.settings === undefined ? {} : { clickhouse_settings: options.settings }),
    ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
  }
}
