import { type AssessmentRecord, type Codecs, topicOf } from '@watchword/contracts'
import type { EventLog, LogRecord, Position, Tail } from '@watchword/event-log'
import { type Clock, sourceOf } from '@watchword/stream'

export type AssessmentWaitsDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'assessment'>
  clock: Clock
  /** A record could not be decoded. */
  onFault: (error: Error) => void
  /** The tail ended. */
  onFatal: (error: Error) => void
}>

/** One request that waits; it hears everything from its opening on, so that no judgement comes before it listens. */
export interface AssessmentWait {
  /** The assessments of these activities, in order; undefined when they have not all come in time. */
  all(activities: readonly Position[], timeoutMs: number): Promise<readonly AssessmentRecord[] | undefined>
  close(): void
}

export interface AssessmentWaits {
  open(): AssessmentWait
  stop(): Promise<void>
}

type Listener = (activity: string, assessment: AssessmentRecord) => void

/** Starts to follow the judgements that come from now on. */
export async function createAssessmentWaits(deps: AssessmentWaitsDeps): Promise<AssessmentWaits> {
  const { log, codecs, clock, onFault, onFatal } = deps
  const listeners = new Set<Listener>()
  const tail: Tail = await log.tail({
    topics: [topicOf('assessment')],
    from: 'end',
    onRecords(records) {
      // Decoding costs; nobody waits most of the time.
      if (listeners.size > 0) records.forEach(hear)
    },
    onError: onFatal,
  })

  function hear(record: LogRecord): void {
    const source = sourceOf(record.headers)
    if (record.value === null || source === undefined) return
    try {
      const assessment = codecs.assessment.decode(record.value)
      for (const listener of listeners) listener(`${source.partition}/${source.offset}`, assessment)
    } catch (error) {
      onFault(error instanceof Error ? error : new Error('an assessment could not be read'))
    }
  }

  return {
    open: () => openWait(listeners, clock),
    stop: () => tail.stop(),
  }
}

function openWait(listeners: Set<Listener>, clock: Clock): AssessmentWait {
  const heard = new Map<string, AssessmentRecord>()
  let expected: ReadonlySet<string> | undefined
  let onComplete: (() => void) | undefined
  const listener: Listener = (activity, assessment) => {
    if (expected !== undefined && !expected.has(activity)) return
    heard.set(activity, assessment)
    if (isComplete()) onComplete?.()
  }
  listeners.add(listener)

  function isComplete(): boolean {
    return expected !== undefined && [...expected].every((activity) => heard.has(activity))
  }

  return {
    async all(activities, timeoutMs) {
      const names = activities.map(({ partition, offset }) => `${partition}/${offset}`)
      expected = new Set(names)
      if (!isComplete()) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(timeoutMs, resolve)
          onComplete = () => {
            cancel()
            resolve()
          }
        })
      }
      const found = names.flatMap((name) => heard.get(name) ?? [])
      return found.length === names.length ? found : undefined
    },
    close: () => void listeners.delete(listener),
  }
}
