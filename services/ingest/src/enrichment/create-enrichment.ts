import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { IngestConfig } from '../config.ts'
import { createAddressLists } from './address-lists.ts'
import { createAgentFacts } from './agent-facts.ts'
import type { Enrichment } from './enrichment.ts'
import { createEntityView } from './entity-view.ts'
import { openGeoDatabases } from './geo-databases.ts'
import { readListText } from './list-text.ts'
import { createNetworkFacts } from './network-facts.ts'

export type EnrichmentDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'entity'>
  clock: Clock
  logger: Logger
  /** A record could not be decoded. */
  onFault: (error: Error) => void
  /** A view ended. */
  onFatal: (error: Error) => void
}>

export type RunningEnrichment = Enrichment & Readonly<{ stop: () => Promise<void> }>

/** Opens the databases and lists, starts the entity view, and resolves when all of it can be asked. */
export async function createEnrichment(config: IngestConfig, deps: EnrichmentDeps): Promise<RunningEnrichment> {
  const { log, codecs, clock, logger, onFault, onFatal } = deps
  const geo = await openGeoDatabases(config.geo.databases, logger)
  // The first reading happens before anybody could have asked.
  let changed = (): void => undefined
  const lists = await createAddressLists(config.lists, {
    readText: readListText,
    clock,
    logger,
    onChange: () => changed(),
  })
  const network = createNetworkFacts({
    geoOf: (ip) => geo.of(ip),
    listsOf: (address, asn) => lists.of(address, asn),
  })
  const entities = await createEntityView({ log, codecs, onFault, onFatal })
  const agentOf = createAgentFacts()
  let sources = sourcesNow()

  function sourcesNow(): Readonly<Record<string, string>> {
    const version = lists.version()
    return { geo: geo.version, ...(version === undefined ? {} : { lists: version }) }
  }

  changed = () => {
    network.forget()
    sources = sourcesNow()
  }

  return {
    networkOf: (...asked) => network.of(...asked),
    agentOf,
    factsOf: (named) => entities.factsOf(named),
    sources: () => sources,
    async stop() {
      lists.stop()
      await entities.stop()
    },
  }
}
