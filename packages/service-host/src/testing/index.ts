export { type ReceivedSpan, startTraceCollector, type TraceCollector } from './trace-collector.ts'
export { startForegroundServer } from './foreground-server.ts'
export {
  type LaunchedService,
  launchServiceProcess,
  type ServiceProcess,
  startServiceProcess,
} from './service-process.ts'
export { startTestCluster, type TestCluster } from './test-cluster.ts'
export { startTestRegistry } from './test-registry.ts'
