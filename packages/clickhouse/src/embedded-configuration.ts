import { createHash } from 'node:crypto'

/** Who may use the embedded server. */
export type EmbeddedUser = {
  readonly name: string
  readonly password: string
  /** If given, the user may only read, and only this database and how large its tables are. */
  readonly readsOnly?: string
}

export type EmbeddedConfiguration = {
  readonly directory: string
  /** What `GET /` answers, so that whoever waits for the server knows it from another on the same port. */
  readonly identity: string
  readonly memoryLimitBytes: number
  /** None: everybody on this machine is `default` and may do everything. */
  readonly users: readonly EmbeddedUser[]
}

/** The server's configuration and its users as the two XML texts that ClickHouse reads. */
export function embeddedConfiguration(
  config: EmbeddedConfiguration,
  usersPath: string,
): { server: string; users: string } {
  const folder = escapeXml(config.directory)
  const server = `<clickhouse>
  <http_server_default_response>${escapeXml(config.identity)}</http_server_default_response>
  <users_config>${escapeXml(usersPath)}</users_config>
  <user_directories><users_xml><path>${escapeXml(usersPath)}</path></users_xml></user_directories>
  <user_files_path>${folder}/user_files/</user_files_path>
  <timezone>UTC</timezone>
  <max_server_memory_usage>${config.memoryLimitBytes}</max_server_memory_usage>
  <mark_cache_size>67108864</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <max_concurrent_queries>64</max_concurrent_queries>
  <keep_alive_timeout>30</keep_alive_timeout>
  <send_crash_reports><enabled>false</enabled></send_crash_reports>
</clickhouse>
`
  const users = `<clickhouse>
  <profiles><default></default><reader><readonly>2</readonly></reader></profiles>
  <quotas><default></default></quotas>
  <users>
${[engineUser(config.users.length === 0), ...config.users.map(userXml)].join('\n')}
  </users>
</clickhouse>
`
  return { server, users }
}

// The engine's own session is always `default` without a password. Where there are other users, it keeps no more rights
// than it needs to open the ports.
function engineUser(isEverybody: boolean): string {
  const grants = isEverybody
    ? ''
    : '<grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON system.numbers</query></grants>'
  return `    <default><password></password><networks><ip>::1</ip><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>${grants}</default>`
}

function userXml(user: EmbeddedUser): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(user.name) || user.name === 'default')
    throw new RangeError('not a name for a user')
  const hash = createHash('sha256').update(user.password).digest('hex')
  const database = user.readsOnly
  if (database !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(database))
    throw new RangeError('not a name for a database')
  const rights =
    database === undefined
      ? '<profile>default</profile>'
      : `<profile>reader</profile><grants><query>GRANT SELECT ON ${database}.*</query><query>GRANT SELECT ON system.parts</query></grants>`
  return `    <${user.name}><password_sha256_hex>${hash}</password_sha256_hex><networks><ip>::/0</ip></networks>${rights}<quota>default</quota></${user.name}>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
