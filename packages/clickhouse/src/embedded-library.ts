import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ClickhouseError } from './clickhouse-error.ts'

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
}

/** The path of the engine's library for a platform; `clickhouse-unsupported-platform` where there is none. */
export function embeddedLibrary(platform: string, architecture: string): string {
  const name = packages[`${platform}-${architecture}`]
  const path = name === undefined ? undefined : resolved(`${name}/package.json`)
  if (path !== undefined) return join(dirname(path), 'libchdb.so')
  throw new ClickhouseError(
    'clickhouse-unsupported-platform',
    `there is no embedded ClickHouse for ${platform}-${architecture} here (Linux with glibc and macOS have one): configure the URL of a ClickHouse server`,
  )
}

// The engine's packages are optional for npm, which leaves out those of other platforms and C libraries.
function resolved(specifier: string): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    // Found from `chdb`, whose dependencies they are, wherever npm has put them.
    return createRequire(require.resolve('chdb/package.json')).resolve(specifier)
  } catch {
    return undefined
  }
}
