import { type Codecs, type SessionRecord, topicOf, userKey } from '@watchword/contracts'
import { cloudEventHeaders, type EventLog } from '@watchword/event-log'
import { problem, problemOfError } from '@watchword/service-kit'
import { type Clock, createWaiters } from '@watchword/stream'
import { signCommand, type UnsignedCommand } from '../lock-stage/command-mac.ts'
import type { GuardView } from '../view/guard-view.ts'

export type CommandBody = UnsignedCommand['body']

/** Where a command comes from: the fold obeys an id once; the trace is that of the request, if it had one. */
export type CommandOrigin = Readonly<{ commandId: string; traceparent: string | undefined }>

/** What the fold made of a command: everything that happened, the last of which names the command. */
export type Answer = Readonly<{
  commandId: string
  events: readonly SessionRecord['body'][]
  seq: number
  /** When the fold decided it, log time in epoch milliseconds. */
  at: number
  /** The lock state that shows it has this version. */
  version: number
}>

export type CommandsDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'mfa'>
  clock: Clock
  view: GuardView
  commandKey: Uint8Array
}>

/** An answer that may come. */
export type Expected = Readonly<{
  answer: Promise<Answer | undefined>
  /** It will not come. */
  release: () => void
}>

/** Signed commands to the lock stage, answered by what it says back. */
export interface Commands {
  /**
   * Resolves with the fold's answer once this replica's view shows it.
   * Throws `overloaded` when nothing was written, `log-unavailable` when it is not known to be, `timed-out` when it was and the answer did not come.
   */
  send(tenant: string, user: string, body: CommandBody, origin: CommandOrigin): Promise<Answer>
  /** Begins to wait for the answer to a command that another one will lead to; undefined when it does not come in time. */
  expect(commandId: string): Expected
  /** Appends without waiting, for what nobody asked for. */
  append(tenant: string, user: string, body: CommandBody, origin: CommandOrigin): Promise<void>
  stop(): void
}

export function createCommands(
  config: Readonly<{ answerWithinMs: number; commandsWaitingMax: number }>,
  deps: CommandsDeps,
): Commands {
  const { log, codecs, clock, view, commandKey } = deps
  const topic = topicOf('mfa')
  const waiters = createWaiters<Answer | undefined>({ waitingMax: config.commandsWaitingMax }, { clock })
  const collecting = new Map<number, { version: number; bodies: SessionRecord['body'][] }>()

  // All that one input led to stands together in its partition; the last record names the command.
  const unlisten = view.onSessionEvent(({ record, partition, version }) => {
    const known = collecting.get(partition)
    const current = known?.version === version ? known : { version, bodies: [] }
    current.bodies.push(record.body)
    collecting.set(partition, current)
    if (record.commandId === null) return
    collecting.delete(partition)
    const { commandId, seq, at } = record
    waiters.answer(commandId, { commandId, events: current.bodies, seq, at, version })
  })

  async function append(tenant: string, user: string, body: CommandBody, origin: CommandOrigin): Promise<void> {
    const { commandId, traceparent } = origin
    const command = signCommand(commandKey, { tenant, user, receivedAt: clock.now(), commandId, body })
    try {
      await log.append([
        {
          topic,
          key: userKey(tenant, user),
          value: codecs.mfa.encode(command),
          headers: cloudEventHeaders({
            id: commandId,
            type: `watchword.mfa.${body.type}`,
            source: 'session-guard',
            time: command.receivedAt,
            traceparent,
          }),
        },
      ])
    } catch (error) {
      // A problem already here: headers of the answer are added to it, and a WebSocket is closed by it.
      throw problemOfError(error)
    }
  }

  return {
    append,
    expect(commandId) {
      const waited = waiters.wait(commandId, config.answerWithinMs)
      return {
        answer: waited.then((outcome) => (outcome.status === 'answered' ? outcome.value : undefined)),
        release: () => void waiters.answer(commandId, undefined),
      }
    },
    async send(tenant, user, body, origin) {
      // What is written counts, answered or not: a code would be used up.
      if (!waiters.hasRoom) throw problem('overloaded')
      const answered = waiters.wait(origin.commandId, config.answerWithinMs)
      await append(tenant, user, body, origin)
      const waited = await answered
      if (waited.status === 'answered' && waited.value !== undefined) return waited.value
      throw problem('timed-out')
    },
    stop() {
      unlisten()
      waiters.close()
    },
  }
}
