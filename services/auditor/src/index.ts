export { type Auditor, type AuditorConfig, type AuditorDeps, auditorDefaults, createAuditor } from './auditor.ts'
export { auditMigrations } from './audit-schema.ts'
export { auditorProcessSchema, clickhouseAccess } from './process-config.ts'
export { startAuditor } from './start-auditor.ts'
