import { ClickHouseError } from '@clickhouse/client'

/** What went wrong with ClickHouse, as something a caller can switch on. */
export type ClickhouseErrorCode =
  | 'clickhouse-unsupported-platform'
  | 'clickhouse-start-failed'
  | 'clickhouse-url-invalid'
  | 'clickhouse-unreachable'
  | 'clickhouse-timeout'
  | 'clickhouse-busy'
  | 'clickhouse-access-refused'
  | 'clickhouse-query-refused'

/** An error of ClickHouse; its message holds no value of the query, `serverMessage` may and is not to be logged. */
export class ClickhouseError extends Error {
  override readonly name = 'ClickhouseError'
  readonly code: ClickhouseErrorCode
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** ClickHouse's own number, if the server answered. */
  readonly serverCode: number | undefined
  readonly serverMessage: string | undefined

  constructor(
    code: ClickhouseErrorCode,
    message: string,
    details: { readonly retryable?: boolean; readonly serverCode?: number; readonly serverMessage?: string } = {},
  ) {
    super(message)
    this.code = code
    this.retryable = details.retryable ?? false
    this.serverCode = details.serverCode
    this.serverMessage = details.serverMessage
  }
}

const busy = new Set([
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  225, // NO_ZOOKEEPER
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  285, // TOO_FEW_LIVE_REPLICAS
  319, // UNKNOWN_STATUS_OF_INSERT
  439, // CANNOT_SCHEDULE_TASK
  999, // KEEPER_EXCEPTION
])
const timeouts = new Set([159, 209]) // TIMEOUT_EXCEEDED, SOCKET_TIMEOUT
const accessRefusals = new Set([192, 193, 194, 497, 516]) // UNKNOWN_USER, wrong and missing password, ACCESS_DENIED, AUTHENTICATION_FAILED
const connectionCodes = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)/

/** Says what any thrown value means for a caller of ClickHouse; never throws. */
export function clickhouseErrorOf(thrown: unknown): ClickhouseError {
  if (thrown instanceof ClickhouseError) return thrown
  if (thrown instanceof ClickHouseError) return errorOfServer(thrown)
  const { code, message } =
    thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : { code: undefined, message: '' }
  if (/timeout/i.test(message)) {
    return new ClickhouseError('clickhouse-timeout', 'ClickHouse did not answer in time', { retryable: true })
  }
  if (connectionCodes.test(code ?? '') || /socket hang up|aborted/i.test(message)) {
    return new ClickhouseError(
      'clickhouse-unreachable',
      `ClickHouse cannot be reached (${code ?? 'connection lost'})`,
      {
        retryable: true,
      },
    )
  }
  return new ClickhouseError('clickhouse-query-refused', 'ClickHouse could not be asked', { serverMessage: message })
}

function errorOfServer(error: ClickHouseError): ClickhouseError {
  const serverCode = Number(error.code)
  const details = { serverCode, serverMessage: error.message }
  const named = `${serverCode} ${error.type ?? 'UNKNOWN'}`
  if (busy.has(serverCode)) {
    return new ClickhouseError('clickhouse-busy', `ClickHouse cannot take the query now (${named})`, {
      ...details,
      retryable: true,
    })
  }
  if (timeouts.has(serverCode)) {
    return new ClickhouseError('clickhouse-timeout', `ClickHouse took too long (${named})`, {
      ...details,
      retryable: true,
    })
  }
  if (serverCode === 210) {
    return new ClickhouseError('clickhouse-unreachable', `ClickHouse lost a connection (${named})`, {
      ...details,
      retryable: true,
    })
  }
  if (accessRefusals.has(serverCode)) {
    return new ClickhouseError('clickhouse-access-refused', `ClickHouse refused access (${named})`, details)
  }
  return new ClickhouseError('clickhouse-query-refused', `ClickHouse refused the query (${named})`, details)
}
