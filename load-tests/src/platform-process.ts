import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../apps/cli/bin/watchword.js', import.meta.url))
const linesKept = 200
/** A child that outlives its killed parent for longer is ended by us, and the time told as infinite. */
const orphansEndWithinMs = 15_000

export type PlatformOptions = Readonly<{
  /** The data folder; it outlives the process. */
  data: string
  port: number
  /** Further arguments of `watchword up`. */
  args?: readonly string[]
  /** Variables added to the environment; every WATCHWORD_* variable of the parent is taken out. */
  env?: Readonly<Record<string, string>>
  /** How long it may take to be ready; default 60 000 ms. */
  readyWithinMs?: number
  /** Sees each line of the child's output. */
  onLine?: (line: string) => void
}>

/** `watchword up` as a child process. */
export interface PlatformProcess {
  readonly pid: number
  readonly url: string
  /** Milliseconds from the start of the process to its line 'watchword is up'. */
  readonly readyAfterMs: number
  /** The development key, with every scope. */
  readonly key: string
  readonly clickhouse: Readonly<{ url: string; username: string; password: string }>
  readonly exited: Promise<void>
  isRunning(): boolean
  signal(name: NodeJS.Signals): void
  /** SIGKILL; resolves with the milliseconds until its own children had ended too. */
  kill(): Promise<number>
  /** SIGTERM; resolves with the exit code, after SIGKILL if it takes longer than `withinMs`. */
  stop(withinMs?: number): Promise<number | null>
  /** Resident memory in bytes. */
  rssBytes(): number
  /** The last lines that it wrote. */
  lastLines(): readonly string[]
}

/** A start that was ended before it was done. */
export class PlatformStartError extends Error {
  override readonly name = 'PlatformStartError'
  readonly code = 'platform-not-started'
}

/** Starts the platform without waiting; `ready` rejects with a PlatformStartError when it ends first. */
export function launchPlatform(
  options: PlatformOptions,
): Readonly<{ pid: number; ready: Promise<PlatformProcess>; kill: () => Promise<number> }> {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      command,
      'up',
      '--port',
      String(options.port),
      '--data',
      options.data,
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...cleanEnvironment(), ...options.env } },
  )
  const pid = child.pid ?? 0
  // A driver that ends takes its platform with it.
  const endWithDriver = (): void => void child.kill('SIGKILL')
  process.on('exit', endWithDriver)
  const exited = untilExit(child, () => void process.off('exit', endWithDriver))
  const lines: string[] = []
  const up = Promise.withResolvers<UpLine>()
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      options.onLine?.(line)
      lines.push(line)
      if (lines.length > linesKept) lines.shift()
      const read = upLine(line)
      if (read) up.resolve(read)
    })

  const kill = (): Promise<number> => killWithChildren(child, exited)
  const failed = (why: string): never => {
    throw new PlatformStartError(`the platform ${why}; its last lines:\n${lines.slice(-10).join('\n')}`)
  }
  const timeout = new AbortController()
  const ready = Promise.race([
    up.promise,
    exited.then(() => failed(`ended before it was ready (exit ${child.exitCode ?? child.signalCode})`)),
    delay(options.readyWithinMs ?? 60_000, undefined, { signal: timeout.signal }).then(() =>
      failed('was not ready in time'),
    ),
  ])
    .then(async (line) => {
      const readyAfterMs = performance.now() - began
      const read = (path: string): string => readFileSync(join(options.data, path), 'utf8').trim()
      const clickhouse = { url: line.clickhouse, username: 'watchword', password: read('secrets/clickhouse-watchword') }
      return {
        pid,
        url: line.url,
        readyAfterMs,
        key: read('dev-key'),
        clickhouse,
        exited,
        isRunning: () => child.exitCode === null && child.signalCode === null,
        signal: (name: NodeJS.Signals) => void child.kill(name),
        kill,
        stop: (withinMs = 30_000) => stopInTime(child, exited, withinMs),
        rssBytes: () => rssBytes(pid),
        lastLines: () => lines,
      }
    })
    .finally(() => timeout.abort())
  ready.catch(() => undefined)
  return { pid, ready, kill }
}

/** Starts the platform and resolves when it says that it is up. */
export async function startPlatformProcess(options: PlatformOptions): Promise<PlatformProcess> {
  const { ready, kill } = launchPlatform(options)
  try {
    return await ready
  } catch (error) {
    await kill()
    throw error
  }
}

/** Ends the driver, and so its platforms, when it is interrupted. */
export function endOnSignal(): void {
  // Not once: `timeout` and npm send a signal twice, and the second must not cut short what the first has begun.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
}

async function untilExit(child: ChildProcess, afterwards: () => void): Promise<void> {
  await once(child, 'exit')
  afterwards()
}

type UpLine = Readonly<{ url: string; clickhouse: string }>

function upLine(line: string): UpLine | undefined {
  if (!line.includes('"watchword is up"')) return undefined
  return JSON.parse(line) as UpLine
}

function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WATCHWORD_')))
}

async function stopInTime(child: ChildProcess, exited: Promise<void>, withinMs: number): Promise<number | null> {
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
  await exited
  clearTimeout(timer)
  return child.exitCode
}

async function killWithChildren(child: ChildProcess, exited: Promise<void>): Promise<number> {
  const began = performance.now()
  const children = childrenOf(child.pid ?? 0)
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await exited
  for (const deadline = began + orphansEndWithinMs; performance.now() < deadline; ) {
    if (!children.some(isAlive)) return performance.now() - began
    await delay(5)
  }
  for (const orphan of children.filter(isAlive)) process.kill(orphan, 'SIGKILL')
  return Number.POSITIVE_INFINITY
}

/** The processes that it started; known on Linux only, empty elsewhere. */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  try {
    // A killed child of a killed parent may stay a zombie where nobody collects it: that is as good as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function rssBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1] ?? 0) * 1024
}
