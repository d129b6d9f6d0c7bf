import { keyGate } from '@watchword/access'
import { type HttpServer, pageFrom, pageSchema, readCursor } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import type { PublicJwk } from '../chain/checkpoint.ts'
import { readRows, type StoredRecord } from '../chain/row-reader.ts'
import type { ReportRouteDeps } from './list-route.ts'
import { periodOf, periodSchema, withinPeriod } from './period.ts'
import { checkpointsSince, linksBefore } from './links-before.ts'
import { sql } from './sql.ts'
import { createTenantReader } from './tenant-reader.ts'

const hex = Type.String({ pattern: '^[0-9a-f]{64}$' })

const item = Type.Object({
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  previous: Type.Optional(hex),
  hash: hex,
  record: Type.String({
    description:
      'Canonical bytes, base64: SHA-256 over previous and these is hash. Without previous, the record before it has been removed.',
  }),
})

const proof = Type.Object({
  items: Type.Array(item),
  next: Type.Optional(Type.String()),
  checkpoints: Type.Array(Type.String(), {
    description: 'The signed statements since the first of the records, oldest first: compact JWS.',
  }),
  keys: Type.Array(Type.Object({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Type.String() })),
})

const place = Type.Tuple([
  Type.String({ maxLength: 100 }),
  Type.Integer({ minimum: 0, maximum: 65_535 }),
  Type.String({ pattern: '^[0-9]{1,18}$' }),
])

const dayMs = 86_400_000

export type ProofDeps = ReportRouteDeps & Readonly<{ publicJwk: PublicJwk }>

/** `GET /v1/audit/proof`: for each record of a period the link before it, its own and what that is made of, in the order of the chains. */
export function registerProofRoute(server: HttpServer, { access, reader, now, freshened, publicJwk }: ProofDeps): void {
  const { security, onRequest, whoOf } = keyGate(access, 'report')
  server.get(
    '/v1/audit/proof',
    {
      schema: {
        summary: 'The links of the records of a period in their hash chains, and the signed checkpoints, paged.',
        security,
        querystring: Type.Object({ ...pageSchema.properties, ...periodSchema }, { additionalProperties: false }),
        documentation: {
          answers: { 200: { description: 'A page of the proof.', body: proof } },
          problems: ['invalid', 'log-unavailable', 'store-unavailable'],
        },
      },
      onRequest,
    },
    async (request) => {
      const { limit, cursor, ...asked } = request.query
      await freshened()
      const period = periodOf(asked, { now: now(), defaultMs: dayMs })
      const [topic, partition, offset] = cursor === undefined ? [] : readCursor(place, cursor)
      const tenantReader = createTenantReader(reader, whoOf(request).tenant)
      const records: StoredRecord[] = []
      const rows = tenantReader.binary({
        select: sql`hash, topic, partition, offset, at, tenant, user, app, session, type, id, body,
          source_stage, source_partition, source_offset, source_index, stored, appended`,
        from: 'records',
        where: [
          withinPeriod,
          ...(cursor === undefined
            ? []
            : [sql`(topic, partition, offset) > ({topic:String}, {partition:UInt16}, {offset:UInt64})`]),
        ],
        orderBy: sql`topic, partition, offset`,
        rows: limit + 1,
        parameters: { ...period, topic, partition, offset },
      })
      for await (const record of readRows(rows)) records.push(record)
      const page = pageFrom(records, limit, (last) => [last.topic, last.partition, String(last.offset)])
      const previous = await linksBefore(reader, page.items)
      return {
        ...page,
        items: page.items.map((record, index) => itemOf(record, previous[index])),
        checkpoints: await checkpointsSince(reader, page.items),
        keys: [publicJwk],
      }
    },
  )
}

function itemOf(
  { topic, partition, offset, hash, canonical }: StoredRecord,
  previous: string | undefined,
): Static<typeof item> {
  const place = { topic, partition, offset, ...(previous === undefined ? {} : { previous }) }
  return { ...place, hash: hash.toString('hex'), record: canonical.toString('base64') }
}
