import { auditorProcessSchema } from '@watchword/auditor'
import { ingestProcessSchema } from '@watchword/ingest'
import { notifierProcessSchema } from '@watchword/notifier'
import { scorerProcessSchema } from '@watchword/scorer'
import { sessionGuardProcessSchema } from '@watchword/session-guard'

/** The configuration that the process of each service takes. */
export const processSchemas = {
  ingest: ingestProcessSchema,
  scorer: scorerProcessSchema,
  'session-guard': sessionGuardProcessSchema,
  notifier: notifierProcessSchema,
  auditor: auditorProcessSchema,
} as const
