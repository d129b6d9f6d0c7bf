/** The variable by which a test file learns of the cluster of its run: a ClusterAddress as JSON. */
export const clusterVariable = 'E2E_CLUSTER'

/** Where the parts of a running cluster are. */
export type ClusterAddress = Readonly<{
  /** The one address for clients. */
  url: string
  /** Of every process that takes API keys, something that any key may read. */
  gates: readonly string[]
  brokers: readonly string[]
  registryUrl: string
  clickhouseUrl: string
  /** Where its processes send their spans; nobody may be there. */
  otlpUrl: string
  /** Of the user `grafana`, which only reads. */
  grafanaPassword: string
}>
