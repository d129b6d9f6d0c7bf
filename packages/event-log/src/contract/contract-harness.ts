import type { EventLog, TopicConfig } from '../event-log.ts'

/** One log under test, with what it is kept in. */
export type ContractHarness = Readonly<{
  /** The log that is open now. */
  log: EventLog
  /** Closes the log and opens it again over what it kept. */
  reopen: () => Promise<EventLog>
  /** Lets that many milliseconds pass on the clock by which the log ages records. */
  advance: (durationMs: number) => void
  /** Applies retention and compaction until there is nothing left to do. */
  maintain: () => Promise<void>
  /** Closes what is open and removes what was kept. */
  dispose: () => Promise<void>
}>

/** Makes a log with these topics and nothing in them. */
export type CreateHarness = (topics: readonly TopicConfig[]) => Promise<ContractHarness>

export type ContractOptions = Readonly<{
  /** Begins the names of topics and groups; an engine that outlives the run gives a new one each time. Default: `contract`. */
  prefix?: string
  /** Whether `maintain` makes old records go at once; a broker does so in its own time. */
  maintains: boolean
  /** How many random histories the model test tries. Default: 20. */
  histories?: number
}>

/** What each case gets. */
export type Scene = ContractHarness & Readonly<{ events: TopicConfig; states: TopicConfig; group: string }>

/** Runs a case with a log of its own. */
export type InScene = (play: (scene: Scene) => Promise<void>) => () => Promise<void>

/** Two topics under fresh names: `events` deletes after an hour, `states` compacts after a minute, tombstones after an hour. */
export function createScenes(createHarness: CreateHarness, options: ContractOptions): InScene {
  let count = 0
  return (play) => async () => {
    count += 1
    const name = `${options.prefix ?? 'contract'}-${count}`
    const hourMs = 3_600_000
    const times = { compactionLagMs: 60_000, tombstoneRetentionMs: hourMs }
    const events: TopicConfig = {
      ...times,
      name: `${name}-events`,
      partitions: 4,
      cleanup: 'delete',
      retentionMs: hourMs,
    }
    const states: TopicConfig = {
      ...times,
      name: `${name}-states`,
      partitions: 2,
      cleanup: 'compact',
      retentionMs: null,
    }
    const harness = await createHarness([events, states])
    try {
      await play(Object.assign(Object.create(harness) as ContractHarness, { events, states, group: `${name}-group` }))
    } finally {
      await harness.dispose()
    }
  }
}
