export {
  type LaunchedService,
  launchServiceProcess,
  type ServiceProcess,
  type ServiceProcessOptions,
  startServiceProcess,
} from './service-process.ts'
export { startTestCluster, type TestCluster } from './test-cluster.ts'
export type { TestRegistry } from './test-registry.ts'
