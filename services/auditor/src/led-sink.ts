import { auditLead } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { Logger } from '@watchword/service-kit'
import type { AuditSink } from './audit-sink.ts'

export type LedSinkDeps = Readonly<{
  log: EventLog
  logger: Logger
  /** `mayStore` tells whether this replica is still the one that stores. */
  startSink: (mayStore: () => boolean) => Promise<AuditSink>
  /** Pause after a start that failed, milliseconds. */
  retryMs: number
  onFatal: (error: Error) => void
}>

const leadPartition = 0

/** A turn at storing, from the moment this replica got it. */
type Turn = { sink: AuditSink | undefined; failingSince: number | undefined; over: () => void; ended: Promise<void> }

/**
 * Stores while this replica is the one that does: every record must go in once, so only one of them may. Who holds the one partition that
 * they share stores; when it ends or is not heard of, another takes over. A replica that does not store has caught up with nothing.
 */
export async function createLedSink(deps: LedSinkDeps): Promise<AuditSink> {
  const { log, logger } = deps
  let turn: Turn | undefined

  function begin(): Turn {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const begun: Turn = { sink: undefined, failingSince: undefined, over: resolve, ended: Promise.resolve() }
    begun.ended = take(begun, over)
    return begun
  }

  async function take(begun: Turn, over: Promise<void>): Promise<void> {
    let isOver = false
    void over.then(() => (isOver = true))
    while (!isOver && begun.sink === undefined) {
      try {
        begun.sink = await deps.startSink(() => member.holds(leadPartition))
        begun.failingSince = undefined
        logger.info({}, 'this replica stores the audit now')
      } catch (error) {
        begun.failingSince ??= performance.now()
        logger.warn({ err: error }, 'storing the audit could not begin, it is tried again')
        await Promise.race([over, pause(deps.retryMs)])
      }
    }
    await over
    await begun.sink?.stop()
  }

  const member = await log.join({
    ...auditLead,
    // One that keeps starting must not take it from one that stores.
    staysWithHolder: true,
    onAssigned: async () => {
      turn = begin()
      return null
    },
    onRecords: async () => undefined,
    async onRevoked() {
      turn?.over()
      await turn?.ended
      turn = undefined
    },
    onError: deps.onFatal,
  })

  return {
    caughtUp: async (withinMs) => (await turn?.sink?.caughtUp(withinMs)) ?? false,
    failingMs() {
      if (turn === undefined) return 0
      return turn.sink?.failingMs() ?? (turn.failingSince === undefined ? 0 : performance.now() - turn.failingSince)
    },
    heads: () => (member.holds(leadPartition) ? (turn?.sink?.heads() ?? []) : []),
    async stop() {
      await member.stop()
      // A membership that ended in a fault revokes nothing.
      turn?.over()
      await turn?.ended
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
