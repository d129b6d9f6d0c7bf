import { type ClusterAddress, clusterVariable } from './cluster-address.ts'
import { settleInCluster } from './settle-in-cluster.ts'
import { startUp } from './start-up.ts'
import type { TestPlatform, TestPlatformOptions } from './test-platform.ts'

/**
 * The platform of an end-to-end test: `watchword up` in this process, or, where the run has started a cluster, a tenant of its own there.
 * The variable `E2E_CLUSTER` says where the cluster is; `npm run test:e2e:kafka` sets it.
 */
export async function startTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const cluster = process.env[clusterVariable]
  if (cluster === undefined) return startUp(options)
  return settleInCluster(JSON.parse(cluster) as ClusterAddress, options)
}
