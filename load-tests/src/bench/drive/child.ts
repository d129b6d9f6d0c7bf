import { fork } from 'node:child_process'
import { once } from 'node:events'

/** A process under measurement that this one started. */
export interface Child<Ready> {
  readonly pid: number
  /** What it said when it was ready. */
  readonly ready: Ready
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
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as Ready),
    exited.then(() => {
      throw new ChildEndedError(`${module.pathname} ended before it was ready`)
    }),
  ])
  return {
    pid: child.pid ?? 0,
    ready,
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

/** The other end: starts, says what is ready, and ends when the parent lets go or dies. */
export async function runAsChild<Ready extends object>(
  start: (onEnd: (end: () => void | Promise<void>) => void) => Promise<Ready>,
): Promise<void> {
  const ends: (() => void | Promise<void>)[] = []
  const ready = await start((end) => void ends.unshift(end))
  process.once('disconnect', () => {
    void (async () => {
      for (const end of ends) await end()
      process.exit()
    })()
  })
  process.send?.(ready)
}
