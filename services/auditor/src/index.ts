export { auditorProcessSchema, clickhouseAccess } from './process-config.ts'
export { startAuditor } from './start-auditor.ts'
