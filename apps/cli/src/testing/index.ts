export { type ClusterAddress, clusterVariable } from './cluster-address.ts'
export { startTestPlatform } from './start-test-platform.ts'
export { startUp } from './start-up.ts'
export type { TestPlatform } from './test-platform.ts'
