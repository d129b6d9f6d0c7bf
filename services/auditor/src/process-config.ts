import { hostSections } from '@watchword/service-host'
import { type Static, Type } from 'typebox'
import { retentionSettings } from './retention/retention-settings.ts'

/** Who the platform is to a ClickHouse server, and where in it the tables are. */
export const clickhouseAccess = {
  username: Type.String({ default: 'default' }),
  password: Type.Optional(Type.String()),
  database: Type.String({ default: 'watchword' }),
  readerUsername: Type.Optional(
    Type.String({ description: 'Who asks for reports, with rights to read and no others; none: username' }),
  ),
  readerPassword: Type.Optional(Type.String()),
  cluster: Type.Optional(
    Type.String({
      description: 'Makes the tables on this cluster, replicated; the servers have the macros shard and replica',
    }),
  ),
}

/** How the chains of the audit are signed, and how long what is stored is kept. */
export const auditSettings = {
  signingKey: Type.Optional(
    Type.String({
      description: 'The Ed25519 private key, a JWK, that signs checkpoints; none: one of the data folder',
    }),
  ),
  checkpointsPath: Type.Optional(
    Type.String({
      description: 'Where checkpoints are kept beside the database; none: audit-checkpoints in the data folder',
    }),
  ),
  checkpointUrl: Type.Optional(Type.String({ description: 'Gets every checkpoint by POST as well' })),
  ...retentionSettings,
}

/** The configuration of a process of the auditor. */
export const auditorProcessSchema = Type.Object({
  ...hostSections(8085),
  clickhouse: Type.Object({
    url: Type.String({ minLength: 1, description: 'Its HTTP interface, such as http://clickhouse:8123' }),
    ...clickhouseAccess,
  }),
  audit: Type.Object(auditSettings),
})

export type AuditorProcessConfig = Static<typeof auditorProcessSchema>
