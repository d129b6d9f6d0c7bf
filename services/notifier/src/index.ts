export { notifierSettings } from './notifier-settings.ts'
export { notifierProcessSchema } from './process-config.ts'
export { loadOrCreateReportKey, reportKeyFile } from './report-key.ts'
export { startNotifier } from './start-notifier.ts'
