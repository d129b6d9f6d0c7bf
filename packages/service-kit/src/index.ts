export { type ProblemCode, type ProblemKind, problemCatalogue, problemCodes } from './problem-catalogue.ts'
export {
  type ProblemBody,
  ProblemError,
  type ProblemFault,
  type ProblemOptions,
  problem,
  problemBody,
} from './problem.ts'
export { problemOfError } from './problem-of-error.ts'
export { createHttpServer, type HttpServerConfig, type HttpServerDeps } from './http-server.ts'
export type { HttpServer } from './http-server-type.ts'
export { type Page, pageFrom, pageOf, type PageQuery, pageSchema, readCursor } from './paging.ts'
export { createGate, type Gate } from './gate.ts'
export type { RouteAnswer, RouteDocumentation } from './route-documentation.ts'
export { problemSchema, type RouteSecurity } from './open-api-components.ts'
export { traceparentOf } from './traceparent.ts'
export { createLogger, type Logger, type LoggerConfig, type LogLevel } from './logger.ts'
export { createMetrics, type MetricsConfig } from './metrics.ts'
export {
  type HealthConfig,
  type HealthDeps,
  type Readiness,
  type ReadinessCheck,
  registerHealthRoutes,
} from './health.ts'
export { type ConfigSources, loadConfig } from './config.ts'
export { ConfigError, type ConfigFault } from './config-error.ts'
export { createLifecycle, type Lifecycle } from './lifecycle.ts'
export { type RunUntilSignalDeps, runUntilSignal, type SignalSource } from './run-until-signal.ts'
export { readOrCreateSecretFile, writeSecretFile } from './secret-file.ts'
export { createIds } from './ids.ts'
export { freePort } from './free-port.ts'
export { addShortcut } from './shortcuts.ts'
