export { type IngestConfig, ingestConfigSchema } from './config.ts'
export { ingestProcessSchema } from './process-config.ts'
export {
  createRecordedActivities,
  type ReadRecorded,
  type RecordedActivity,
  type RecordedPlace,
} from './recorded-activities.ts'
export { createIngest, type Ingest, type IngestDeps } from './service.ts'
export { startIngest } from './start-ingest.ts'
