import {
  type Codecs,
  createRowCodec,
  type Entity,
  entityKey,
  schemaText,
  type Sighting,
  topicOf,
} from '@watchword/contracts'
import type { Folded, Stage } from '@watchword/stream'
import { isJson } from './json-row.ts'

type Outputs = { entity: Entity }

const rows = createRowCodec<Entity>(schemaText('entity'))

/** Sightings of one device, fingerprint or address -> who was first, and whether a second user was seen. Says something only when that changes. */
export function createEntityStage(codecs: Pick<Codecs, 'sighting' | 'entity'>): Stage<Entity, Sighting, Outputs> {
  return {
    name: 'entity',
    input: topicOf('sighting'),
    stateVersion: 'entity-1',
    decode: (record) => codecs.sighting.decode(record.value ?? new Uint8Array()),
    timeOf: (sighting) => sighting.at,
    fold: (entity, sighting, { offset, time }) => foldSighting(entity, sighting, offset, time),
    // An unreadable sighting names no owner: what is known stays as it is.
    degrade: (entity) => ({ state: entity, outputs: [] }),
    encodeState: rows.encode,
    decodeState: (row) => (isJson(row) ? (JSON.parse(Buffer.from(row).toString()) as Entity) : rows.decode(row)),
    outputs: {
      entity: {
        topic: topicOf('entity'),
        encode: codecs.entity.encode,
        coPartitioned: true,
        compacted: true,
        ceType: 'watchword.entity',
      },
    },
  }
}

function foldSighting(
  entity: Entity | undefined,
  sighting: Sighting,
  offset: number,
  time: number,
): Folded<Entity, Outputs> {
  const { tenant, kind, value, owner } = sighting
  if (entity?.shared === true || entity?.firstOwner === owner) return { state: entity, outputs: [] }
  const next: Entity = entity
    ? { ...entity, shared: true, version: offset, at: time }
    : { tenant, kind, value, firstOwner: owner, shared: false, version: offset, at: time }
  return { state: next, outputs: [{ output: 'entity', key: entityKey({ tenant, kind, value }), value: next }] }
}
