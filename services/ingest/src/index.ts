export { assessmentJson } from './activities/assessment-json.ts'
export { type IngestConfig, ingestConfigSchema } from './config.ts'
export { createIngest, type Ingest, type IngestDeps } from './service.ts'
