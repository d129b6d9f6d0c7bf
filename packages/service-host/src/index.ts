export { type EmbeddedEngineDeps, type EngineFiles, openEmbeddedEngine } from './embedded-engine.ts'
export type { Engine } from './engine.ts'
export { type HostConfig, hostSections, logSchema } from './host-config.ts'
export { type EngineConfig } from './open-engine.ts'
export { runService, type ServiceProcess } from './run-service.ts'
export { serve, type ServeConfig, type ServeDeps, serverSchema } from './serve.ts'
export {
  createServiceHost,
  type ServiceHost,
  type ServiceHostConfig,
  type ServiceHostDeps,
  type StartedService,
} from './service-host.ts'
export { createStateMetrics } from './state-metrics.ts'
export { version } from './version.ts'
