import type { Access, Caller } from '@watchword/access'
import { type ActivityRecord, type Codecs, topicOf, userKey } from '@watchword/contracts'
import { type AppendRecord, cloudEventHeaders, type EventLog, type Position } from '@watchword/event-log'
import type { Policies } from '@watchword/policy'
import { type ProblemError, problem } from '@watchword/service-kit'
import type { Enrichment } from '../enrichment/enrichment.ts'
import type { IngestMetrics } from '../metrics.ts'
import type { Shedding } from '../shedding/shedding.ts'
import type { TrafficClasses } from '../shedding/traffic-class.ts'
import type { Urgency } from './activities-gate.ts'
import { type ActivityToRecord, activityRecord, type RecordContext } from './activity-record.ts'
import { duplicateKey, type Duplicates } from './duplicates.ts'
import { isTooLarge } from './read-body.ts'
import { readActivity } from './read-activity.ts'
import { createTurns } from './in-turns.ts'
import { isPlainObject, type PointerOrigin, type Submission, type Unread } from './submission.ts'

/** What became of one activity; `position` is where its record is. */
export type ItemResult =
  | Readonly<{ status: 'accepted'; id: string; position: Position }>
  | Readonly<{ status: 'duplicate'; id: string }>
  | Readonly<{ status: 'rejected'; id: string | null; problem: ProblemError }>

export type AcceptanceDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'activity'>
  access: Pick<Access, 'userNamesOf'>
  policies: Policies
  enrichment: Enrichment
  duplicates: Duplicates
  /** Epoch milliseconds. */
  now: () => number
  /** Milliseconds of a clock that is not set back. */
  elapsed: () => number
  metrics: IngestMetrics
  shedding: Pick<Shedding, 'admit' | 'admitAsked'>
  trafficClasses: TrafficClasses
  /** The records of a request are at these places of the log. */
  onAppended: (positions: readonly Position[]) => void
  newId: () => string
}>

/** Takes activities in: resolves when every accepted one is durable. Throws `log-unavailable` when the log cannot take them, `overloaded` when they have to come later. */
export type Accept = (
  caller: Caller,
  items: readonly Unread[],
  traceparent: string | undefined,
  urgency: Urgency,
) => Promise<readonly ItemResult[]>

type Planned =
  | Readonly<{ status: 'append'; id: string; record: AppendRecord; sent: unknown }>
  | Readonly<{ status: 'duplicate'; id: string }>
  | Extract<ItemResult, { status: 'rejected' }>

const topic = topicOf('activity')

export function createAcceptance(deps: AcceptanceDeps): Accept {
  const { log, codecs, access, policies, enrichment, duplicates, now, newId, metrics, shedding } = deps
  const { trafficClasses } = deps
  const inTurns = createTurns(deps.elapsed)

  return async (caller, items, traceparent, { waitSeconds, canWait }) => {
    const request = { sender: caller, items, isAwaited: waitSeconds !== undefined }
    const classOf = () => trafficClasses.of(request)
    const leave = canWait ? shedding.admitAsked(items.length) : shedding.admit(items.length, classOf)
    try {
      return await take(caller, items, traceparent)
    } finally {
      leave()
    }
  }

  async function take(
    caller: Caller,
    items: readonly Unread[],
    traceparent: string | undefined,
  ): Promise<readonly ItemResult[]> {
    const receivedAt = now()
    const names = access.userNamesOf(caller.tenant)
    const context: RecordContext = { caller, receivedAt, policy: policies.inForce(caller.tenant), enrichment }
    const appended = Promise.withResolvers<boolean>()
    const others = new Set<Promise<boolean>>()
    const claimed: string[] = []
    const { planned, positions } = await append()
    await othersDurable()
    for (const status of ['duplicate', 'rejected'] as const)
      metrics.taken(status, planned.filter((item) => item.status === status).length)
    metrics.taken('accepted', positions.length)
    let next = 0
    return planned.map((item) => {
      if (item.status !== 'append') return item
      const position = positions[next++]
      if (position === undefined) throw new RangeError('the log answered fewer positions than records')
      return { status: 'accepted', id: item.id, position }
    })

    function plan(item: Submission, bytes: number): Planned {
      if (!item.ok) return { status: 'rejected', id: item.id, problem: item.problem }
      if (isTooLarge(bytes)) return rejected(item, problem('payload-too-large'))
      const read = readActivity(item.value, names)
      if (!read.ok) return rejected(item, pointingAt(read.problem, item.originOf))
      const { activity, time } = read
      if (activity.id === undefined) return toAppend({ id: newId(), activity, time }, item.value)
      const key = duplicateKey(caller.tenant, caller.app, activity.user, activity.id)
      const claim = duplicates.claim(key, receivedAt, appended.promise)
      if (claim.status === 'new') {
        claimed.push(key)
        return toAppend({ id: activity.id, activity, time }, item.value)
      }
      if (claim.status === 'pending' && claim.settled !== appended.promise) others.add(claim.settled)
      return { status: 'duplicate', id: activity.id }
    }

    function toAppend(item: ActivityToRecord, sent: unknown): Planned {
      const record = activityRecord(item, context)
      return { status: 'append', id: item.id, record: recordOf(codecs, record, item.id, traceparent), sent }
    }

    async function append() {
      try {
        const planned = await inTurns(items, (read) => {
          const item = read()
          const bytes = item.ok ? item.bytes() : 0
          return { result: plan(item, bytes), bytes }
        })
        const records = planned.flatMap((item) => (item.status === 'append' ? [item.record] : []))
        const positions = records.length === 0 ? [] : await log.append(records)
        deps.onAppended(positions)
        for (const item of planned) if (item.status === 'append') trafficClasses.note(caller, item.sent)
        metrics.appended((now() - receivedAt) / 1_000)
        duplicates.keep(claimed, receivedAt)
        appended.resolve(true)
        return { planned, positions }
      } catch (error) {
        duplicates.release(claimed)
        appended.resolve(false)
        metrics.refused()
        throw error
      }
    }

    // Another request has the same id and is not through yet: only when it is durable may this one call it a duplicate.
    async function othersDurable(): Promise<void> {
      for (const settled of others) if (!(await settled)) throw problem('log-unavailable')
    }
  }
}

function recordOf(
  codecs: Pick<Codecs, 'activity'>,
  record: ActivityRecord,
  id: string,
  traceparent: string | undefined,
): AppendRecord {
  return {
    topic,
    key: userKey(record.tenant, record.user),
    value: codecs.activity.encode(record),
    headers: cloudEventHeaders({
      id,
      type: 'watchword.activity',
      source: 'ingest',
      time: record.receivedAt,
      traceparent,
    }),
  }
}

function rejected(item: Extract<Submission, { ok: true }>, reason: ProblemError): ItemResult & { status: 'rejected' } {
  const id = isPlainObject(item.value) ? item.value['id'] : undefined
  return { status: 'rejected', id: typeof id === 'string' && id.length <= 128 ? id : null, problem: reason }
}

function pointingAt(error: ProblemError, originOf: PointerOrigin): ProblemError {
  if (error.errors === undefined) return error
  const errors = error.errors.map(({ pointer, detail }) => ({ pointer: originOf(pointer), detail }))
  return problem(error.code, { errors })
}
