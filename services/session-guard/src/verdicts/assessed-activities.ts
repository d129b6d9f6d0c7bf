import {
  type Activity,
  agentHash,
  assessedPlace,
  type Codecs,
  logTimeOf,
  type MfaRecord,
  topicOf,
  UndecodableError,
} from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'

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

  async function recordAt(partition: number, offset: number): Promise<LogRecord | undefined> {
    const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
    const [begin, end] = [begins[partition], ends[partition]]
    if (begin === undefined || end === undefined || offset < begin || offset >= end) return undefined
    const [record] = await log.read(topic, partition, offset, 1)
    return record?.offset === offset ? record : undefined
  }

  return {
    async find(tenant, assessment) {
      const place = assessedPlace(assessment)
      const taken = place && (await recordAt(place.partition, place.offset))
      if (taken === undefined || taken.value === null) return undefined
      const record = decoded(codecs, taken.value)
      if (record?.tenant !== tenant || record.body.type !== 'activity') return undefined
      const receivedAt = logTimeOf(record.receivedAt, taken.timestamp)
      return { user: record.user, receivedAt, activity: record.body.data }
    },
  }
}

function decoded(
  codecs: AssessedActivitiesDeps['codecs'],
  value: Uint8Array,
): ReturnType<Codecs['activity']['decode']> | undefined {
  try {
    return codecs.activity.decode(value)
  } catch (error) {
    // A dead letter has no assessment; that no schema can be had is no answer.
    if (error instanceof UndecodableError) return undefined
    throw error
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
