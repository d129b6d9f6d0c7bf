import { type AssessmentRecord, type Codecs, topicOf } from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import type { Logger } from '@watchword/service-kit'
import { type Clock, createView, type StreamError } from '@watchword/stream'
import { LRUCache } from 'lru-cache'

export type SessionOwnersDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'assessment'>
  clock: Clock
  logger: Logger
  onFatal: (error: StreamError) => void
}>

/** How a session was judged last, and when: log time in epoch milliseconds. */
export type Judgement = Readonly<{ decision: AssessmentRecord['decision']; at: number }>

/** Whose session it is and how it stands, as far as its activities were judged lately. */
export interface SessionOwners {
  /** For calls that name a session and no user. */
  ownerOf(tenant: string, app: string, session: string): string | undefined
  /** The sessions of a user that are known so; looks at all there are. */
  sessionsOf(tenant: string, app: string, user: string): readonly string[]
  /** Undefined while nobody has judged what was done in it; what only failed to get in is none of its own doing. */
  judgementOf(tenant: string, app: string, session: string): Judgement | undefined
  /** Reads what there is by now. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

const sessionsMax = 200_000
/** How far back a start looks, records of a partition. */
const lookBackRecords = 5_000
/** Nobody asks how old this view is. */
const pollEveryMs = 60_000

/** Starts to follow the assessments. What is older than it looks back is not known. */
export async function createSessionOwners({
  log,
  codecs,
  clock,
  logger,
  onFatal,
}: SessionOwnersDeps): Promise<SessionOwners> {
  const topic = topicOf('assessment')
  const owners = new LRUCache<string, Readonly<{ user: string; judgement: Judgement | undefined }>>({
    max: sessionsMax,
  })
  const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])

  function apply(record: LogRecord): void {
    try {
      const { tenant, app, session, user, outcome, decision, receivedAt } = codecs.assessment.decode(
        record.value ?? new Uint8Array(),
      )
      if (session === null) return
      const name = nameOf(tenant, app, session)
      const known = owners.get(name)
      // Whoever fails to log in makes no session known; so many of them would make room by forgetting the others.
      if (outcome === 'failed' && known === undefined) return
      // The next click of the owner, or of a thief who has learned, does not take the risk away: only a verification does.
      const isAtRisk = known?.judgement !== undefined && known.judgement.decision !== 'allow'
      const keeps = outcome === 'failed' || (decision === 'allow' && isAtRisk)
      owners.set(name, { user, judgement: keeps ? known?.judgement : { decision, at: receivedAt } })
    } catch (error) {
      // It decides nothing here, and the audit has its bytes.
      logger.warn({ err: error, partition: record.partition, offset: record.offset }, 'unreadable assessment skipped')
    }
  }

  const view = await createView(
    {
      topics: [topic],
      pollEveryMs,
      from: (_topic, partition) => Math.max(begins[partition] ?? 0, (ends[partition] ?? 0) - lookBackRecords),
    },
    { log, clock, onRecord: apply, onFatal },
  )
  await view.ready
  return {
    ownerOf: (tenant, app, session) => owners.get(nameOf(tenant, app, session))?.user,
    sessionsOf(tenant, app, user) {
      const prefix = nameOf(tenant, app, '')
      return [...owners].flatMap(([name, owner]) =>
        owner.user === user && name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
      )
    },
    judgementOf: (tenant, app, session) => owners.get(nameOf(tenant, app, session))?.judgement,
    refresh: () => view.refresh(),
    stop: () => view.stop(),
  }
}

function nameOf(tenant: string, app: string, session: string): string {
  return `${tenant}\n${app}\n${session}`
}
