import type { EventLog, JoinOptions, LogRecord, Member, Tail, TailOptions } from '@watchword/event-log'

/** Does what has to happen before records are handled, such as asking for their schemas; gives up with the signal. */
export type Prepare = (records: readonly LogRecord[], signal?: AbortSignal) => Promise<void>

/**
 * The same log, whose records are prepared before anybody gets them. While it takes, the partition waits, and nothing is taken for
 * poison; when it rejects, so does the delivery, which ends the tail or the membership with that fault.
 */
export function withPreparation(log: EventLog, prepare: Prepare): EventLog {
  /** Whoever stops waits for the batches under way, so what they wait for is given up first. */
  function guard(): Readonly<{ ready: (records: readonly LogRecord[]) => Promise<boolean>; giveUp: () => void }> {
    const stopped = new AbortController()
    return {
      async ready(records) {
        await prepare(records, stopped.signal)
        return !stopped.signal.aborted
      },
      giveUp: () => stopped.abort(),
    }
  }

  return {
    ...log,
    async read(topic, partition, offset, limit) {
      const records = await log.read(topic, partition, offset, limit)
      await prepare(records)
      return records
    },
    async tail(options: TailOptions): Promise<Tail> {
      const { ready, giveUp } = guard()
      const tail = await log.tail({
        ...options,
        async onRecords(records) {
          if (await ready(records)) await options.onRecords(records)
        },
      })
      return {
        caughtUp: tail.caughtUp,
        position: (topic, partition) => tail.position(topic, partition),
        stop() {
          giveUp()
          return tail.stop()
        },
      }
    },
    async join(options: JoinOptions): Promise<Member> {
      const { ready, giveUp } = guard()
      const member = await log.join({
        ...options,
        async onRecords(partition, records) {
          if (await ready(records)) await options.onRecords(partition, records)
        },
      })
      return {
        commit: (partition, nextOffset) => member.commit(partition, nextOffset),
        durable: (partition, offset) => member.durable(partition, offset),
        holds: (partition) => member.holds(partition),
        stop() {
          giveUp()
          return member.stop()
        },
      }
    },
  }
}
