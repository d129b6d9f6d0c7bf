import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type ServiceProcessOptions = Readonly<{
  /** Its `main.ts`. */
  main: URL
  env: Readonly<Record<string, string>>
  /** Default 60 000 ms. */
  upWithinMs?: number
  /** Sees each line that it writes. */
  onLine?: (line: string) => void
}>

/** A service as a child process, from its first moment on. */
export interface LaunchedService {
  readonly pid: number
  signal(name: NodeJS.Signals): void
  /** SIGTERM, also to one that a SIGSTOP keeps; resolves with the exit code, null when it had to be killed. */
  stop(): Promise<number | null>
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** What it said of fatal faults, and the last lines that it wrote. */
  lastLines(): readonly string[]
  /** Resolves when it says that it is up; rejects when it ends before, or is killed because it took too long. */
  readonly up: Promise<ServiceProcess>
}

/** A service that is up, listening on a free port of loopback. */
export interface ServiceProcess extends LaunchedService {
  readonly url: string
  /** Resolves when `/readyz` says so; the test's own time-out is the limit. */
  ready(): Promise<void>
}

/** A start that ended before the service was up. */
class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError'
}

const stopWithinMs = 30_000
const linesKept = 40

/** Starts a service and resolves when it says that it is up; the child ends with this process. */
export function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  return launchServiceProcess(options).up
}

/** Starts a service without waiting for it; the child ends with this process. */
export function launchServiceProcess(options: ServiceProcessOptions): LaunchedService {
  const { main, env, upWithinMs = 60_000, onLine = () => undefined } = options
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main.pathname], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], WATCHWORD_SERVER_PORT: '0', ...env },
  })
  const endWithParent = (): void => void child.kill('SIGKILL')
  process.on('exit', endWithParent)
  const ended = endOf(child).finally(() => process.off('exit', endWithParent))
  const lines: string[] = []
  const fatal: string[] = []
  const listening = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      onLine(line)
      lines.push(line)
      if (lines.length > linesKept) lines.shift()
      // It may say much more until it has ended.
      if (line.includes('"level":"fatal"') && fatal.length < linesKept) fatal.push(line)
      if (line.includes('"the service is up"')) listening.resolve((JSON.parse(line) as { url: string }).url)
    })
  const launched = {
    pid: child.pid ?? 0,
    ended,
    signal: (name: NodeJS.Signals) => void child.kill(name),
    async stop() {
      child.kill('SIGTERM')
      child.kill('SIGCONT')
      const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
      const code = await ended
      clearTimeout(late)
      return code
    },
    lastLines: () => [...fatal, ...lines],
  }

  async function comeUp(): Promise<ServiceProcess> {
    const timer = setTimeout(() => child.kill('SIGKILL'), upWithinMs)
    const notUp = ended.then((code) => {
      throw new ServiceStartError(`${main.pathname} ended (${code}) before it was up:\n${lines.join('\n')}`)
    })
    const url = await Promise.race([listening.promise, notUp]).finally(() => clearTimeout(timer))
    notUp.catch(() => undefined)
    const service: ServiceProcess = {
      ...launched,
      up,
      url,
      async ready() {
        while (!(await isReady(url))) await new Promise((resolve) => setTimeout(resolve, 50))
      },
    }
    return service
  }

  const up = comeUp()
  // Who only looks after its end is not ended by it.
  up.catch(() => undefined)
  return { ...launched, up }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

async function endOf(child: ChildProcess): Promise<number | null> {
  // Not at its exit: what it wrote last may still be on its way.
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}
