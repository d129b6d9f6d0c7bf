import { type AssessmentRecord, type Codecs, topicOf } from '@watchword/contracts'
import { type EventLog, type LogRecord, type Position, type Tail, toError } from '@watchword/event-log'
import { type Clock, sourceOf } from '@watchword/stream'
import { createRecentAssessments } from './recent-assessments.ts'

export type AssessmentWaitsDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'assessment'>
  clock: Clock
  /** An activity was judged; hears of every one. */
  onJudged: (activity: Readonly<{ partition: number; offset: number }>) => void
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

type Waiting = { readonly heard: Map<string, AssessmentRecord>; missing: number; onComplete: () => void }

/** Starts to follow the judgements that come from now on. However many wait, each judgement costs the same. */
export async function createAssessmentWaits(deps: AssessmentWaitsDeps): Promise<AssessmentWaits> {
  const { log, codecs, clock, onJudged, onFault, onFatal } = deps
  const byActivity = new Map<string, Waiting>()
  const recent = createRecentAssessments()
  const tail: Tail = await log.tail({
    topics: [topicOf('assessment')],
    from: 'end',
    onRecords: (records) => records.forEach(hear),
    onError: onFatal,
  })

  function hear(record: LogRecord): void {
    const source = sourceOf(record.headers)
    if (record.value === null || source === undefined) return
    onJudged(source)
    const activity = nameOf(source)
    const waiting = byActivity.get(activity)
    // Decoding costs; nobody waits most of the time.
    if (waiting === undefined && !recent.isWanted()) return
    const assessment = decode(record.value)
    if (assessment === undefined) return
    recent.add(activity, assessment)
    if (waiting === undefined || waiting.heard.has(activity)) return
    waiting.heard.set(activity, assessment)
    waiting.missing -= 1
    if (waiting.missing === 0) waiting.onComplete()
  }

  function decode(value: Uint8Array): AssessmentRecord | undefined {
    try {
      return codecs.assessment.decode(value)
    } catch (error) {
      onFault(toError(error))
      return undefined
    }
  }

  async function heardInTime(names: ReadonlySet<string>, waiting: Waiting, timeoutMs: number): Promise<void> {
    for (const name of names) byActivity.set(name, waiting)
    await new Promise<void>((resolve) => {
      const cancel = clock.after(timeoutMs, resolve)
      waiting.onComplete = () => {
        cancel()
        resolve()
      }
    })
    for (const name of names) byActivity.delete(name)
  }

  return {
    open() {
      const close = recent.open()
      return {
        async all(activities, timeoutMs) {
          const names = new Set(activities.map(nameOf))
          const heard = recent.of(names)
          // From now on it is known what for: what else is judged concerns others.
          close()
          const waiting = { heard, missing: names.size - heard.size, onComplete: () => undefined }
          if (waiting.missing > 0) await heardInTime(names, waiting, timeoutMs)
          return waiting.missing > 0 ? undefined : [...names].flatMap((name) => heard.get(name) ?? [])
        },
        close,
      }
    },
    stop: () => tail.stop(),
  }
}

function nameOf({ partition, offset }: Pick<Position, 'partition' | 'offset'>): string {
  return `${partition}/${offset}`
}
