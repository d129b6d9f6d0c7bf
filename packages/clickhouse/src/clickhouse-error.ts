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
  | 'clickhouse-data-refused'
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
/** What is thrown for a value, in a table or in a view that is made of it: other rows may be taken. What is about a table, a right or the server is none of them. */
const dataRefusals = new Set([
  6, // CANNOT_PARSE_TEXT
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  33, // CANNOT_READ_ALL_DATA
  36, // BAD_ARGUMENTS
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
  153, // ILLEGAL_DIVISION
  190, // SIZES_OF_ARRAYS_DONT_MATCH
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  376, // CANNOT_PARSE_UUID
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
  407, // DECIMAL_OVERFLOW
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  467, // CANNOT_PARSE_BOOL
  469, // VIOLATED_CONSTRAINT
  675, // CANNOT_PARSE_IPV4
  676, // CANNOT_PARSE_IPV6
  691, // UNKNOWN_ELEMENT_OF_ENUM
])
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
  if (dataRefusals.has(serverCode)) {
    return new ClickhouseError('clickhouse-data-refused', `ClickHouse refused a value (${named})`, details)
  }
  return new ClickhouseError('clickhouse-query-refused', `ClickHouse refused the query (${named})`, details)
}
