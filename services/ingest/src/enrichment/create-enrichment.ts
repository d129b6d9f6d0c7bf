import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { IngestConfig } from '../config.ts'
import { createAgentFacts } from './agent-facts.ts'
import type { Enrichment } from './enrichment.ts'
import { createEntityView } from './entity-view.ts'
import { createNetworkFacts, nothingKnown } from './network-facts.ts'

export type EnrichmentDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'entity'>
  clock: Clock
  logger: Logger
  onFault: (error: Error) => void
}>

export type RunningEnrichment = Enrichment & Readonly<{ stop: () => Promise<void> }>

/** Opens the databases and lists, starts the entity view, and resolves when all of it can be asked. */
export async function createEnrichment(_config: IngestConfig, deps: EnrichmentDeps): Promise<RunningEnrichment> {
  const { log, codecs, onFault } = deps
  const entities = await createEntityView({ log, codecs, onFault })
  const network = createNetworkFacts(() => nothingKnown)
  const agentOf = createAgentFacts()
  return {
    networkOf: (...asked) => network.of(...asked),
    agentOf,
    factsOf: (named) => entities.factsOf(named),
    sources: () => ({}),
    stop: () => entities.stop(),
  }
}
