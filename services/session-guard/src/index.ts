export { type SessionGuardConfig, sessionGuardDefaults, type WebSocketConfig } from './config.ts'
export { sessionGuardProcessSchema } from './process-config.ts'
export { type GuardSecrets, loadOrCreateSecrets, parseSecrets } from './secrets.ts'
export { createSessionGuard, type SessionGuard, type SessionGuardDeps } from './service.ts'
