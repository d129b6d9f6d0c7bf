import type { UserNames } from '@watchword/user-names'
import type { TraceCollector } from '@watchword/service-host/testing'
import type { runCommand } from './command-line.ts'

/** A platform for one test file, which nobody else disturbs. */
export type TestPlatform = Readonly<{
  url: string
  /** As the data folder of `watchword up`: holds `dev-key`, and `secrets/clickhouse-grafana`, which opens the audit for reading. */
  data: string
  /** A key of the app `demo` with every scope. */
  key: string
  /** Where the demo bank is, when it was asked for. */
  bankUrl: string
  clickhouseUrl: string
  /** What was asked for with `traced`: gets the spans of every service, and is closed with the platform. */
  collector?: TraceCollector
  /** Runs a command against it. */
  run: typeof runCommand
  /**
   * Resolves when the fact holds. What one process has answered for the others hear a moment later, so it is waited for among several
   * processes; in one process it has to hold at once.
   */
  untilTold: (fact: () => Promise<boolean>) => Promise<void>
  stop: () => Promise<void>
}>

export type TestPlatformOptions = Readonly<{
  /** With the demo bank and its policy. */
  demo?: boolean
  /** Where the data folder is made; default: in a temporary folder. */
  data?: string
  /** How the names of users are read; default: as they are. */
  userNames?: UserNames
  /** Whether it sends spans to a collector; default false. A cluster does anyhow, and is heard by whoever asks for it. */
  traced?: boolean
  /** Whether the data folder stays when the platform stops; of `watchword up`. Default false. */
  keep?: boolean
  /** In a cluster; default: one of its own. `watchword up` has the tenant `demo` alone. */
  tenant?: string
}>
