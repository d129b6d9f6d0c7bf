import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'

export type ForegroundServerOptions = Readonly<{
  command: string
  args: readonly string[]
  /** All of its environment. */
  env: Readonly<Record<string, string>>
  /** What it keeps; removed once it has ended. */
  folder: string
  /** Of loopback, on which it listens when it is up. */
  ports: readonly number[]
  /** What there is to say if it ends before. */
  reason: (code: number | null) => string
}>

/** A server that is no service of ours, in a process of this one. */
export type ForegroundServer = Readonly<{ pid: number; stop: () => Promise<void> }>

/** Starts a server in the foreground; resolves when it listens. Throws where there is no such command, or it ends at once. */
export async function startForegroundServer(options: ForegroundServerOptions): Promise<ForegroundServer> {
  const { command, args, env, folder, ports, reason } = options
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.race([
      Promise.all(ports.map(untilItListens)),
      ended.then(([code]) => {
        throw new Error(reason(code as number | null))
      }),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, stop }
}

async function untilItListens(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port })
    const listens = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (listens) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
