import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type EmbeddedExit, startEmbeddedChild } from './embedded-child.ts'
import { type EmbeddedUser, embeddedConfiguration } from './embedded-configuration.ts'
import { embeddedLibrary } from './embedded-library.ts'
import { superviseEmbedded } from './embedded-supervisor.ts'
import { freePort } from './free-port.ts'

export type EmbeddedClickhouseConfig = {
  /** Where the data lives; one server at a time. */
  readonly directory: string
  /** 0, the default, is a free one, chosen once. */
  readonly httpPort?: number
  /** The native protocol; off by default. */
  readonly tcpPort?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 1 GiB. */
  readonly memoryLimitBytes?: number
  /** Without users anybody on this machine may do everything, as `default`. */
  readonly users?: readonly EmbeddedUser[]
  /** Milliseconds from spawn to ready; default 60 000. */
  readonly startTimeoutMs?: number
}

/** A logger as the embedded server needs it. */
export type EmbeddedLogger = Readonly<Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>>

export type EmbeddedClickhouseDeps = {
  readonly logger: EmbeddedLogger
  /** Told whenever the engine ends without having been asked to; it is started again in any case. */
  readonly onExit?: (exit: EmbeddedExit) => void
}

export type EmbeddedClickhouse = {
  /** Stays the same across restarts of the engine. */
  readonly url: string
  /** The process id of the engine that runs now, if one does. */
  readonly pid: () => number | undefined
  readonly isReady: () => boolean
  /** Resolves when the engine answers: at once, or after the restart under way. */
  readonly ready: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts a ClickHouse server in a child process over `directory` and resolves when it answers. An engine that dies is
 * started again with a growing pause; it loses nothing it had acknowledged, and ends with this process.
 */
export async function startEmbeddedClickhouse(
  config: EmbeddedClickhouseConfig,
  deps: EmbeddedClickhouseDeps,
): Promise<EmbeddedClickhouse> {
  const { logger } = deps
  const library = embeddedLibrary(process.platform, process.arch)
  const directory = resolve(config.directory)
  const host = config.host ?? '127.0.0.1'
  const identity = `watchword ${process.pid} ${directory}`
  const configurationPath = await writeConfiguration(config, directory, identity)
  const httpPort = config.httpPort || (await freePort(host))
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${httpPort}`
  const { tcpPort } = config
  const engine = {
    library,
    directory,
    configurationPath,
    host,
    httpPort,
    ...(tcpPort === undefined ? {} : { tcpPort }),
  }
  const supervisor = superviseEmbedded({
    start: () => startEmbeddedChild(engine),
    answers: (signal) => answers(url, identity, config.startTimeoutMs ?? 60_000, signal),
    onReady: (durationMs) => logger.info({ url, durationMs: Math.round(durationMs) }, 'embedded clickhouse ready'),
    onEnd: (exit, failures) => {
      logger.error({ ...exit, failures }, 'embedded clickhouse ended, starting it again')
      deps.onExit?.(exit)
    },
  })
  await supervisor.started
  return {
    url,
    pid: () => supervisor.child()?.pid,
    isReady: supervisor.isReady,
    ready: supervisor.ready,
    stop: supervisor.stop,
  }
}

async function writeConfiguration(
  config: EmbeddedClickhouseConfig,
  directory: string,
  identity: string,
): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const usersPath = join(directory, 'watchword-users.xml')
  const serverPath = join(directory, 'watchword-server.xml')
  const { server, users } = embeddedConfiguration(
    { directory, identity, memoryLimitBytes: config.memoryLimitBytes ?? 1_073_741_824, users: config.users ?? [] },
    usersPath,
  )
  await writeFile(usersPath, users, { mode: 0o600 })
  await writeFile(serverPath, server, { mode: 0o600 })
  return serverPath
}

/** Asks until this very server answers; false when the time is over or the engine has ended. */
async function answers(url: string, identity: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + timeoutMs
  while (performance.now() < until && !signal.aborted) {
    if (await saysWho(url, identity)) return !signal.aborted
    await wait(50)
  }
  return false
}

async function saysWho(url: string, identity: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) })
    return (await answer.text()).trim() === identity
  } catch {
    return false // Nobody listens there yet.
  }
}
