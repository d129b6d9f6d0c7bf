import type { LogRecord, Position } from '@watchword/event-log'
import { poisonWindow, tooManyPoison } from '@watchword/stream'

/** How a record is stored whose row the database refuses: with all that the row would hold or, where that is refused as well, with its digest. */
export type PutAside = Readonly<{ reason: string; form: 'whole' | 'digest' }>

/**
 * Which records the database refuses for what they hold. Of a batch that is refused the first half is sent, and so on down to one record, which
 * is put aside; what is stored meanwhile is always the beginning of what waits. Nothing of it need outlive the process.
 */
export interface Refusals {
  /** Whether those that wait begin with some of a batch that was refused. */
  readonly searching: boolean
  /** Of those that wait, as many as go together. */
  part(waiting: readonly LogRecord[]): readonly LogRecord[]
  /** How the record is put aside; undefined for all that go as they are. */
  asideOf(record: LogRecord): PutAside | undefined
  /** Notes that the first ones, sent together, were refused. False when no other part or form of them is left to be sent. */
  refused(records: readonly LogRecord[], reason: string): boolean
  /** Whether so many inserts were refused by a view that the view is at fault. */
  readonly tooManyByViews: boolean
  /** Notes that an insert is stored of which a view refused a row. */
  storedPastView(): void
  /** Notes that the first ones are stored; answers those that are as put aside. */
  stored(records: readonly LogRecord[]): readonly (Position & PutAside)[]
}

export function createRefusals(): Refusals {
  const aside = new Map<LogRecord, PutAside>()
  /** So many of the first have one that is refused among them. */
  let suspects = 0
  /** Refused in every form, so not for what it holds: nothing is to be put aside for it. */
  let inAnyForm: LogRecord | undefined
  const records = createTally()
  const inserts = createTally()

  return {
    get searching() {
      return suspects > 0
    },
    part: (waiting) => (suspects === 0 ? waiting : waiting.slice(0, Math.ceil(suspects / 2))),
    asideOf: (record) => aside.get(record),
    refused(sent, reason) {
      suspects = sent.length
      const [record, ...others] = sent
      if (record === undefined || others.length > 0) return true
      const form = aside.get(record)?.form
      if (form === undefined) {
        if (record === inAnyForm || records.isFull()) return false
        aside.set(record, { reason, form: 'whole' })
      } else if (form === 'whole') aside.set(record, { reason, form: 'digest' })
      else {
        aside.delete(record)
        inAnyForm = record
      }
      return true
    },
    get tooManyByViews() {
      return inserts.isFull()
    },
    storedPastView() {
      inserts.add()
    },
    stored(sent) {
      suspects = Math.max(0, suspects - sent.length)
      inAnyForm = undefined
      inserts.see(1)
      records.see(sent.length)
      const put = sent.flatMap((record) => {
        const how = aside.get(record)
        if (how === undefined) return []
        records.add()
        return [{ topic: record.topic, partition: record.partition, offset: record.offset, ...how }]
      })
      aside.clear()
      return put
    },
  }
}

/** Counts what is refused of what is seen. */
function createTally() {
  let seen = 0
  let places: number[] = []
  return {
    see(count: number): void {
      seen += count
    },
    add(): void {
      places.push(seen)
    },
    /** The rule of stages: with one more, the fault is in the tables or in the build. */
    isFull(): boolean {
      places = places.filter((place) => place > seen - poisonWindow)
      return tooManyPoison(places.length + 1, seen + 1)
    },
  }
}
