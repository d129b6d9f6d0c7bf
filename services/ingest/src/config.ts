import { type Static, Type } from 'typebox'

const listSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  kind: Type.Enum(['reputation', 'hosting', 'vpn', 'tor', 'relay']),
  format: Type.Enum(['cidr-lines', 'asn-csv'], { default: 'cidr-lines' }),
  file: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
})

/** The configuration of ingest; every duration in milliseconds. */
export const ingestConfigSchema = Type.Object({
  geo: Type.Object({
    databases: Type.Array(Type.String(), {
      default: [],
      description:
        'MMDB files, asked in order; `bundled` is the country database that comes with Watchword, and what there is without any',
    }),
  }),
  lists: Type.Object({
    sources: Type.Array(listSchema, { default: [] }),
    refreshEveryMs: Type.Integer({ minimum: 1_000, default: 3_600_000 }),
  }),
  activitiesInFlightMax: Type.Integer({
    minimum: 1_000,
    default: 50_000,
    description: 'Activities that wait for the log; above it requests are answered 503',
  }),
  shedding: Type.Object({
    judgementAgeMaxMs: Type.Integer({
      minimum: 100,
      default: 2_000,
      description:
        'All telemetry is answered 503 while activities wait so long for their judgement; before, as much of it as keeps half of that',
    }),
    requestAgeMaxMs: Type.Integer({
      minimum: 100,
      default: 2_000,
      description: 'The same, while requests wait so long to be read, checked and appended to the log',
    }),
  }),
  duplicates: Type.Object({
    capacity: Type.Integer({ minimum: 1_000, default: 500_000 }),
    refillRecords: Type.Integer({ minimum: 0, default: 120_000, description: 'Read back from the log at start' }),
  }),
})

export type IngestConfig = Static<typeof ingestConfigSchema>
export type AddressListSource = Static<typeof listSchema>
