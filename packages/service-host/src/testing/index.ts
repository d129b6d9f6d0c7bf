export { type ServiceProcess, type ServiceProcessOptions, startServiceProcess } from './service-process.ts'
export { startTestCluster, type TestCluster } from './test-cluster.ts'
