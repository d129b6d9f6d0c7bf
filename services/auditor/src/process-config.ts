import { hostSections } from '@watchword/service-host'
import { type Static, Type } from 'typebox'

/** Who the platform is to a ClickHouse server, and where in it the tables are. */
export const clickhouseAccess = {
  username: Type.String({ default: 'default' }),
  password: Type.Optional(Type.String()),
  database: Type.String({ default: 'watchword' }),
}

/** The configuration of a process of the auditor. */
export const auditorProcessSchema = Type.Object({
  ...hostSections(8085),
  clickhouse: Type.Object({
    url: Type.String({ minLength: 1, description: 'Its HTTP interface, such as http://clickhouse:8123' }),
    ...clickhouseAccess,
  }),
})

export type AuditorProcessConfig = Static<typeof auditorProcessSchema>
