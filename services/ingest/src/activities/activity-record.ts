import type { ActivityRecord } from '@watchword/contracts'
import type { Caller } from '@watchword/access'
import type { PolicyVersion } from '@watchword/policy'
import type { Enrichment } from '../enrichment/enrichment.ts'
import type { SubmittedActivity } from './activity-schema.ts'
import { allowedHeaders } from './request-headers.ts'

const appClockAheadMsMax = 2 * 60_000
const oldMsMax = 24 * 3_600_000

/** An activity that was read, with what its request decided for it. */
export type ActivityToRecord = Readonly<{
  id: string
  activity: SubmittedActivity
  /** Epoch milliseconds, or null for the time of arrival. */
  time: number | null
}>

/** What all activities of one request share. */
export type RecordContext = Readonly<{
  caller: Caller
  receivedAt: number
  policy: PolicyVersion
  enrichment: Enrichment
}>

/** The record of an activity: what the app said, and the facts that judging it needs. */
export function activityRecord({ id, activity, time }: ActivityToRecord, context: RecordContext): ActivityRecord {
  const { caller, receivedAt, policy, enrichment } = context
  const { tenant, app } = caller
  const { user } = activity
  const ip = activity.ip ?? null
  const device = activity.device ?? null
  const fingerprint = activity.fingerprint ?? null
  const userAgent = activity.userAgent ?? null
  const network = enrichment.networkOf(ip, activity.network, policy, receivedAt)
  const happenedAt = time ?? receivedAt
  return {
    tenant,
    user,
    receivedAt,
    body: {
      type: 'activity',
      data: {
        id,
        app,
        type: activity.type,
        outcome: activity.outcome ?? 'succeeded',
        session: activity.session ?? null,
        device,
        fingerprint,
        ip,
        userAgent,
        headers: allowedHeaders(activity.headers),
        time: happenedAt,
        late: happenedAt > receivedAt + appClockAheadMsMax || happenedAt < receivedAt - oldMsMax,
        action: actionOf(activity.action),
        methods: activity.authentication?.methods ?? [],
        signals: activity.signals ?? [],
        signal: signalOf(activity.signal),
        network,
        agent: enrichment.agentOf(userAgent),
        facts: enrichment.factsOf({ tenant, user, device, fingerprint, address: sharable(network) }),
        deviceOwnedByOther: device !== null && (activity.deviceOwner ?? user) !== user,
        attributes: activity.attributes ?? {},
        policy: policy.hash,
        sources: enrichment.sources(),
      },
    },
  }
}

// Everybody's home has the same private addresses: only a public one can be shared.
function sharable(network: { readonly kind: string; readonly address: string | null } | null): string | null {
  return network?.kind === 'public' ? network.address : null
}

function actionOf(action: SubmittedActivity['action']) {
  if (action === undefined) return null
  const { type, resource = null, sensitivity = null, count = null } = action
  return { type, resource, sensitivity, count }
}

function signalOf(signal: SubmittedActivity['signal']) {
  if (signal === undefined) return null
  const { code, subject = null, severity = null } = signal
  return { code, subject, severity }
}
