import type { AppendRecord, EventLog, Position } from '@watchword/event-log'

/** The log of a process that can be stopped in the middle of an append, and goes on late. */
export type GatedLog = Readonly<{
  log: EventLog
  /** From now on no record gets through. */
  hold: () => void
  /** Lets so many records through, in the order in which they were to be appended. */
  let: (records: number) => void
  release: () => void
}>

/** Appends what is let through record by record, and everything at once as long as nothing is held back. */
export function createGatedLog(log: EventLog): GatedLog {
  let allowed = Number.POSITIVE_INFINITY
  let wake = Promise.withResolvers<void>()

  function allow(records: number): void {
    allowed = records
    wake.resolve()
    wake = Promise.withResolvers()
  }

  async function pass(record: AppendRecord): Promise<readonly Position[]> {
    while (allowed <= 0) await wake.promise
    allowed -= 1
    return log.append([record])
  }

  return {
    log: {
      ...log,
      async append(records) {
        if (allowed === Number.POSITIVE_INFINITY) return log.append(records)
        const positions: Position[] = []
        for (const record of records) positions.push(...(await pass(record)))
        return positions
      },
    },
    hold: () => allow(0),
    let: (records) => allow(allowed + records),
    release: () => allow(Number.POSITIVE_INFINITY),
  }
}

/** Delivers one record after the other, so that a save may come between any two. */
export function oneByOne(log: EventLog): EventLog {
  return {
    ...log,
    join: (options) =>
      log.join({
        ...options,
        async onRecords(partition, records) {
          for (const record of records) await options.onRecords(partition, [record])
        },
      }),
  }
}
