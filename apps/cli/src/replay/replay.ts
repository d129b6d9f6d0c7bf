import {
  type ActivityRecord,
  type AssessmentRecord,
  type Codecs,
  entityHash,
  entityKey,
  ownerHash,
  userKey,
} from '@watchword/contracts'
import { createRecordedActivities } from '@watchword/ingest'
import type { PolicyVersion } from '@watchword/policy'
import { createEntityStage, createProfileStage } from '@watchword/scorer'
import type { Logger } from '@watchword/service-kit'
import type { UserNames } from '@watchword/user-names'
import { LRUCache } from 'lru-cache'
import type { ReportedActivity } from '../connectors/reported-activity.ts'
import { foldInMemory } from './stage-memory.ts'

export type ReplayOptions = Readonly<{
  policy: PolicyVersion
  /** `succeeded`: every succeeded login counts as verified, for recordings that do not say. */
  assumeVerified: 'never' | 'succeeded'
  userNames: UserNames
}>

export type ReplayDeps = Readonly<{ codecs: Codecs; logger: Logger }>

/** What an activity of the recording led to: its assessment (a repetition has that of the first), or why it cannot be judged. */
export type Replayed =
  | Readonly<{ status: 'assessed' | 'repeated'; assessment: AssessmentRecord }>
  | Readonly<{ status: 'rejected'; detail: string }>

type FactsOf = Parameters<typeof createRecordedActivities>[1]['factsOf']

/** How many assessments are kept for repetitions: more than any profile remembers ids of within a day. */
const judgedMax = 100_000

/** Judges one activity after the other with the engine and the stages of the platform, and no server. */
export type Replay = (activity: ReportedActivity) => Replayed

export async function createReplay(
  { policy, assumeVerified, userNames }: ReplayOptions,
  deps: ReplayDeps,
): Promise<Replay> {
  const profiles = foldInMemory(createProfileStage({ codecs: deps.codecs, policyOf: () => policy }))
  const entities = foldInMemory(createEntityStage(deps.codecs))
  const factsOf: FactsOf = ({ tenant, user, device, fingerprint, address }) => {
    const owner = ownerHash(tenant, user)
    const isShared = (kind: string, value: string | null): boolean => {
      const entity =
        value === null
          ? undefined
          : entities.stateOf(entityKey({ tenant, kind, value: entityHash(tenant, kind, value) }))
      return entity !== undefined && (entity.shared || entity.firstOwner !== owner)
    }
    return {
      deviceShared: isShared('device', device),
      fingerprintShared: isShared('fingerprint', fingerprint),
      ipShared: isShared('address', address),
    }
  }
  const read = await createRecordedActivities([], { logger: deps.logger, factsOf }, userNames)
  const judged = new LRUCache<string, AssessmentRecord>({ max: judgedMax })
  let time = 0
  let count = 0

  function fold(record: ActivityRecord): AssessmentRecord | undefined {
    let assessment: AssessmentRecord | undefined
    for (const { output, key, value } of profiles.fold(userKey(record.tenant, record.user), record)) {
      if (output === 'sighting' && value !== null) entities.fold(key, value)
      if (output === 'assessment' && value !== null) assessment = value
    }
    return assessment
  }

  return (reported) => {
    const { tenant = 'demo', app = 'demo', ...activity } = reported
    const place = { tenant: String(tenant), app: String(app), id: `replay-${count++}`, time, policy }
    const recorded = read(activity, place)
    if (!recorded.ok) return { status: 'rejected', detail: faultsOf(recorded.problem) }
    const { record, id } = recorded
    time = Math.max(time, record.receivedAt)
    const assessment = fold(record)
    const name = JSON.stringify([record.tenant, record.user, place.app, id])
    if (assessment === undefined) {
      const first = judged.get(name)
      return first ? { status: 'repeated', assessment: first } : { status: 'rejected', detail: `${id} is a repetition` }
    }
    judged.set(name, assessment)
    if (assumeVerified === 'succeeded' && assessment.type === 'login' && assessment.outcome === 'succeeded')
      fold(verificationOf(assessment))
    return { status: 'assessed', assessment }
  }
}

/** The outcome that the lock stage would report had the person answered from the context of the login. */
function verificationOf({ tenant, user, receivedAt, app, session, activity }: AssessmentRecord): ActivityRecord {
  const data = {
    kind: 'passed',
    app,
    session,
    lock: null,
    factor: null,
    vouched: [activity],
    disowned: [],
    context: null,
    reason: null,
    activeFactors: 1,
  } as const
  return { tenant, user, receivedAt, body: { type: 'verification', data } }
}

function faultsOf({
  title,
  errors = [],
}: Readonly<{ title: string; errors?: readonly { pointer: string; detail: string }[] | undefined }>): string {
  return errors.length === 0 ? title : errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
}
