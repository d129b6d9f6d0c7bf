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

/** A service as a child process, listening on a free port of loopback. */
export interface ServiceProcess {
  readonly url: string
  readonly pid: number
  signal(name: NodeJS.Signals): void
  /** SIGTERM; resolves with the exit code, null when it had to be killed. */
  stop(): Promise<number | null>
  /** Resolves when `/readyz` says so; the test's own time-out is the limit. */
  ready(): Promise<void>
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** A start that ended before the service was up. */
class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError'
}

const stopWithinMs = 30_000
const linesKept = 40

/** Starts a service and resolves when it says that it is up; the child ends with this process. */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const { main, env, upWithinMs = 60_000, onLine = () => undefined } = options
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main.pathname], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], WATCHWORD_SERVER_PORT: '0', ...env },
  })
  const endWithParent = (): void => void child.kill('SIGKILL')
  process.on('exit', endWithParent)
  const ended = endOf(child).finally(() => process.off('exit', endWithParent))
  const lines: string[] = []
  const up = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      onLine(line)
      lines.push(line)
      if (lines.length > linesKept) lines.shift()
      if (line.includes('"the service is up"')) up.resolve((JSON.parse(line) as { url: string }).url)
    })
  const timer = setTimeout(() => child.kill('SIGKILL'), upWithinMs)
  const notUp = ended.then((code) => {
    throw new ServiceStartError(`${main.pathname} ended (${code}) before it was up:\n${lines.join('\n')}`)
  })
  const url = await Promise.race([up.promise, notUp]).finally(() => clearTimeout(timer))
  notUp.catch(() => undefined)
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
      const code = await ended
      clearTimeout(late)
      return code
    },
    async ready() {
      while (!(await isReady(url))) await new Promise((resolve) => setTimeout(resolve, 50))
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

async function endOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}
