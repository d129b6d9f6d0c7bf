import { type Activity, agentHash, assessedPlace, type Codecs, type MfaRecord, topicOf } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'

/** An activity that was judged: whose it is, when it came (log time, epoch milliseconds), and what it said. */
export type AssessedActivity = Readonly<{ user: string; receivedAt: number; activity: Activity }>

/** The activities that assessments are of, read from the log: their place is in the id of the assessment. */
export interface AssessedActivities {
  /** Undefined where the log holds no activity of the tenant at the place that the id names: it never was, is no longer kept, or is another tenant's. */
  find(tenant: string, assessment: string): Promise<AssessedActivity | undefined>
}

export type AssessedActivitiesDeps = Readonly<{
  log: Pick<EventLog, 'begins' | 'ends' | 'read'>
  codecs: Pick<Codecs, 'activity'>
}>

export function createAssessedActivities({ log, codecs }: AssessedActivitiesDeps): AssessedActivities {
  const topic = topicOf('activity')

  async function valueAt(partition: number, offset: number): Promise<Uint8Array | undefined> {
    const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
    const [begin, end] = [begins[partition], ends[partition]]
    if (begin === undefined || end === undefined || offset < begin || offset >= end) return undefined
    const [record] = await log.read(topic, partition, offset, 1)
    return record?.offset === offset ? (record.value ?? undefined) : undefined
  }

  return {
    async find(tenant, assessment) {
      const place = assessedPlace(assessment)
      const value = place && (await valueAt(place.partition, place.offset))
      const record = value && decoded(codecs, value)
      if (record?.tenant !== tenant || record.body.type !== 'activity') return undefined
      return { user: record.user, receivedAt: record.receivedAt, activity: record.body.data }
    },
  }
}

function decoded(
  codecs: AssessedActivitiesDeps['codecs'],
  value: Uint8Array,
): ReturnType<Codecs['activity']['decode']> | undefined {
  try {
    return codecs.activity.decode(value)
  } catch {
    // A dead letter has no assessment.
    return undefined
  }
}

type Assessed = Extract<MfaRecord['body'], { type: 'verdict-given' }>['data']['assessed']

/** Where an activity came from, as far as the scorer compares and learns it. */
export function assessedContext({
  type,
  outcome,
  late,
  device,
  fingerprint,
  network,
  agent,
  userAgent,
}: Activity): Assessed {
  return {
    type,
    outcome,
    late,
    device,
    fingerprint,
    address: network?.address ?? null,
    learnable: network?.kind === 'public',
    network: network?.prefix ?? null,
    asn: network?.asn ?? null,
    country: network?.country ?? null,
    browser: agent?.browser ?? null,
    os: agent?.os ?? null,
    agent: userAgent === null ? null : agentHash(userAgent),
  }
}
