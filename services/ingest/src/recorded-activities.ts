import type { ActivityRecord } from '@watchword/contracts'
import type { PolicyVersion } from '@watchword/policy'
import type { Logger, ProblemError } from '@watchword/service-kit'
import type { UserNames } from '@watchword/user-names'
import { activityRecord } from './activities/activity-record.ts'
import { readActivity } from './activities/read-activity.ts'
import { createAgentFacts } from './enrichment/agent-facts.ts'
import type { Enrichment } from './enrichment/enrichment.ts'
import { openGeoDatabases } from './enrichment/geo-databases.ts'
import { createNetworkFacts } from './enrichment/network-facts.ts'

/** Where a recorded activity belongs, and what holds for it. */
export type RecordedPlace = Readonly<{
  tenant: string
  app: string
  /** Its id, if it names none. */
  id: string
  /** Its time, if it names none, epoch milliseconds; what it names is also the time of its arrival. */
  time: number
  policy: PolicyVersion
}>

export type RecordedActivity =
  | Readonly<{ ok: true; record: ActivityRecord; id: string }>
  | Readonly<{ ok: false; problem: ProblemError }>

/** Reads activities of a recording as `POST /v1/activities` would, without a server. */
export type ReadRecorded = (value: unknown, place: RecordedPlace) => RecordedActivity

/** Opens the geo databases (by default the bundled one); what others share comes from `factsOf`, users are named by the rule `names`. */
export async function createRecordedActivities(
  geoFiles: readonly string[],
  deps: Readonly<{ logger: Logger; factsOf: Enrichment['factsOf'] }>,
  names: UserNames,
): Promise<ReadRecorded> {
  const geo = await openGeoDatabases(geoFiles, deps.logger)
  const network = createNetworkFacts({
    geoOf: (ip) => geo.of(ip),
    listsOf: () => ({ lists: [], type: null, reputation: null }),
  })
  const enrichment: Enrichment = {
    networkOf: (...asked) => network.of(...asked),
    agentOf: createAgentFacts(),
    factsOf: deps.factsOf,
    sources: () => ({ geo: geo.version }),
  }
  return (value, { tenant, app, id, time, policy }) => {
    const read = readActivity(value, names)
    if (!read.ok) return read
    const at = read.time ?? time
    const named = read.activity.id ?? id
    const caller = { tenant, app, keyId: 'replay', scopes: [] }
    const record = activityRecord(
      { id: named, activity: read.activity, time: at },
      { caller, receivedAt: at, policy, enrichment },
    )
    return { ok: true, record, id: named }
  }
}
