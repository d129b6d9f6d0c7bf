import type { Agent, EntityFacts, Network } from '@watchword/contracts'
import type { PolicyVersion } from '@watchword/policy'
import type { SubmittedNetwork } from '../activities/activity-schema.ts'

/** Whose activity it is, and what it names. */
export type EntitiesOfActivity = Readonly<{
  tenant: string
  user: string
  device: string | null
  fingerprint: string | null
  address: string | null
}>

/** Facts that are looked up once, at ingest, and go into the event, so that folding it again gives the same result. */
export interface Enrichment {
  /** Facts of the address; those that the app gave win one by one. Null when there is neither. */
  networkOf(
    ip: string | null,
    given: SubmittedNetwork | undefined,
    policy: PolicyVersion,
    receivedAt: number,
  ): Network | null
  agentOf(userAgent: string | null): Agent | null
  factsOf(entities: EntitiesOfActivity): EntityFacts
  /** The versions of the data behind the facts. */
  sources(): Readonly<Record<string, string>>
}
