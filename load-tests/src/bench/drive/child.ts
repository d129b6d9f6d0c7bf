import { fork } from 'node:child_process'
import { once } from 'node:events'

/** A process under measurement that this one started. */
export interface Child<Ready> {
  readonly pid: number
  /** What it said when it was ready. */
  readonly ready: Ready
  /** Has it do something that it offers; answers what came of it. */
  ask(what: string, argument?: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** A child that ended before it was ready. */
class ChildEndedError extends Error {
  override readonly name = 'ChildEndedError'
  readonly code = 'child-ended'
}

/** Starts a module of this folder as a process that finds `args` in `process.argv`; its standard output is not wanted. */
export async function startChild<Ready>(module: URL, args: readonly string[] = []): Promise<Child<Ready>> {
  const child = fork(module, [...args], {
    // Whoever passes `--cpu-prof` to the bench wants the profile of what is measured.
    execArgv: [...process.execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const waiting = new Map<number, (answer: unknown) => void>()
  let asked = 0
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as Ready),
    exited.then(() => {
      throw new ChildEndedError(`${module.pathname} ended before it was ready`)
    }),
  ])
  child.on('message', ({ id, answer }: Answer) => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  return {
    pid: child.pid ?? 0,
    ready,
    async ask(what, argument) {
      const { promise, resolve } = Promise.withResolvers<unknown>()
      asked += 1
      waiting.set(asked, resolve)
      child.send({ id: asked, what, argument } satisfies Question)
      return Promise.race([
        promise,
        exited.then(() => {
          throw new ChildEndedError(`${module.pathname} ended before it had answered`)
        }),
      ])
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

type Question = Readonly<{ id: number; what: string; argument: unknown }>
type Answer = Readonly<{ id: number; answer: unknown }>

/** What a child does when it is asked to, by name. */
export type Offers = Readonly<Record<string, (argument: never) => unknown>>

/** The other end: starts, says what is ready, does what it is asked to, and ends when the parent lets go or dies. */
export async function runAsChild<Ready extends object>(
  start: (onEnd: (end: () => void | Promise<void>) => void) => Promise<Ready>,
  offers: Offers = {},
): Promise<void> {
  const ends: (() => void | Promise<void>)[] = []
  const ready = await start((end) => void ends.unshift(end))
  process.once('disconnect', () => {
    void (async () => {
      for (const end of ends) await end()
      process.exit()
    })()
  })
  process.on('message', ({ id, what, argument }: Question) => {
    void (async () => {
      const answer = await offers[what]?.(argument as never)
      process.send?.({ id, answer } satisfies Answer)
    })()
  })
  process.send?.(ready)
}
