/** How the tables are spread over servers; without a cluster they are on one. */
export type Topology = {
  /**
   * A cluster of the server's configuration: the tables are then made on all of it and replicated. The servers name themselves by the macros
   * `{shard}` and `{replica}`, and no default path of their own may be needed.
   */
  readonly cluster?: string
}

const clusterName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/**
 * The statement for a topology. `@onCluster` stands after the name of a table or view, `@engine(MergeTree)` for the engine of the family, with
 * its arguments, and `@deduplicationWindow(100)` among the settings for how many inserts a table knows again. Throws a RangeError for a name
 * that is none of a cluster.
 */
export function renderStatement(template: string, { cluster }: Topology): string {
  if (cluster !== undefined && !clusterName.test(cluster)) throw new RangeError('not a name for a cluster')
  return template
    .replaceAll('@onCluster', cluster === undefined ? '' : `ON CLUSTER '${cluster}'`)
    .replaceAll(/@engine\((\w+MergeTree|MergeTree)\)/g, (_, engine: string) =>
      cluster === undefined
        ? engine
        : `Replicated${engine}('/clickhouse/tables/{database}/{table}/{shard}', '{replica}')`,
    )
    .replaceAll(/@deduplicationWindow\((\d+)\)/g, (_, inserts: string) =>
      cluster === undefined
        ? `non_replicated_deduplication_window = ${inserts}`
        : `replicated_deduplication_window = ${inserts}, replicated_deduplication_window_seconds = ${tenYears}`,
    )
}

/** The last insert has to be known again however long after it somebody goes on; seconds. */
const tenYears = 315_360_000
