import {
  type Codecs,
  type Entity,
  type EntityFacts,
  entityHash,
  entityKey,
  ownerHash,
  topicOf,
} from '@watchword/contracts'
import { type EventLog, toError } from '@watchword/event-log'
import { createCompactedView } from '@watchword/stream'
import { LRUCache } from 'lru-cache'
import type { EntitiesOfActivity } from './enrichment.ts'

export type EntityViewDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'entity'>
  /** A record could not be decoded. */
  onFault: (error: Error) => void
  /** The tail ended. */
  onFatal: (error: Error) => void
}>

/** Which devices, fingerprints and addresses other users have been seen with, as the scorer's entity stage says. */
export interface EntityView {
  factsOf(entities: EntitiesOfActivity): EntityFacts
  readonly size: number
  stop(): Promise<void>
}

const hashesMax = 100_000
/** Of a device that somebody else has had, an activity a moment later is early enough. */
const gatherMs = 50

/** The only user that was seen with an entity, as a hash, or that there were several. */
type Owner = string | typeof several
const several = null

function ownerOf({ firstOwner, shared }: Entity): Owner {
  return shared ? several : firstOwner
}

/** Starts the view and resolves when it has read everything there was. */
export async function createEntityView({ log, codecs, onFault, onFatal }: EntityViewDeps): Promise<EntityView> {
  // Of hundreds of bytes each, no more is kept than is asked for: there are several for every user.
  const view = createCompactedView<Owner | undefined>(
    {},
    {
      decode: (record) => (record.value === null ? undefined : ownerOf(codecs.entity.decode(record.value))),
      onUndecodable(_record, error) {
        onFault(toError(error))
        return undefined
      },
    },
  )
  const keys = new LRUCache<string, string>({ max: hashesMax })
  const tail = await log.tail({
    topics: [topicOf('entity')],
    gatherMs,
    from: 'begin',
    onRecords: (records) => records.forEach((record) => view.apply(record)),
    onError: onFatal,
  })
  await tail.caughtUp

  function keyOf(tenant: string, kind: string, value: string): string {
    const name = `${tenant}\n${kind}\n${value}`
    const known = keys.get(name)
    if (known !== undefined) return known
    const key = entityKey({ tenant, kind, value: entityHash(tenant, kind, value) })
    keys.set(name, key)
    return key
  }

  function isShared(tenant: string, owner: () => string, kind: Entity['kind'], value: string | null): boolean {
    if (value === null) return false
    const first = view.get(keyOf(tenant, kind, value))
    return first !== undefined && (first === several || first !== owner())
  }

  return {
    factsOf({ tenant, user, device, fingerprint, address }) {
      let hash: string | undefined
      const owner = () => (hash ??= ownerHash(tenant, user))
      return {
        deviceShared: isShared(tenant, owner, 'device', device),
        fingerprintShared: isShared(tenant, owner, 'fingerprint', fingerprint),
        ipShared: isShared(tenant, owner, 'address', address),
      }
    },
    get size() {
      return view.size
    },
    stop: () => tail.stop(),
  }
}
