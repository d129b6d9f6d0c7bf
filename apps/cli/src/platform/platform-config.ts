import { auditSettings, clickhouseAccess } from '@watchword/auditor'
import { ingestConfigSchema, userNamesSchema } from '@watchword/ingest'
import { notifierSettings } from '@watchword/notifier'
import { logSchema, serverSchema, tracingSchema } from '@watchword/service-host'
import { guardSettings } from '@watchword/session-guard'
import { type Static, Type } from 'typebox'

/** The configuration of the whole platform in one process; every duration in milliseconds. */
export const platformConfigSchema = Type.Object({
  server: serverSchema(8080),
  data: Type.Object({ directory: Type.String({ default: '.watchword' }) }),
  log: logSchema,
  tracing: tracingSchema,
  policy: Type.Object({
    file: Type.Optional(Type.String({ description: 'Put in force at start, for the tenant demo' })),
  }),
  clickhouse: Type.Object({
    url: Type.Optional(Type.String({ description: 'A ClickHouse server; none: the embedded engine' })),
    ...clickhouseAccess,
    httpPort: Type.Integer({ minimum: 0, maximum: 65_535, default: 0, description: 'Of the embedded engine' }),
  }),
  audit: Type.Object(auditSettings),
  guard: Type.Object(guardSettings),
  ingest: ingestConfigSchema,
  notifier: Type.Object(notifierSettings),
  bootstrap: Type.Object({ userNames: userNamesSchema }),
})

export type PlatformConfig = Static<typeof platformConfigSchema>
