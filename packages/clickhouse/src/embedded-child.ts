import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How an engine process ended. */
export type EmbeddedExit = {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The end of what it said on standard error. */
  readonly lastWords: string
}

export type EmbeddedChild = {
  readonly pid: number | undefined
  readonly exited: Promise<EmbeddedExit>
  readonly end: () => Promise<EmbeddedExit>
}

const lastWordsMax = 4_000
const endlessQuery =
  'SELECT sum(sleepEachRow(1)) FROM system.numbers SETTINGS function_sleep_max_microseconds_per_block = 0, max_block_size = 1'

export type EmbeddedChildConfig = {
  readonly library: string
  readonly directory: string
  readonly configurationPath: string
  readonly host: string
  readonly httpPort: number
  readonly tcpPort?: number
}

/** Starts an engine process; it is not ready yet. */
export function startEmbeddedChild(config: EmbeddedChildConfig): EmbeddedChild {
  const listen = ['SYSTEM START LISTEN HTTP', ...(config.tcpPort === undefined ? [] : ['SYSTEM START LISTEN TCP'])]
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('./embedded-process.ts', import.meta.url)),
      config.library,
      `--config-file=${config.configurationPath}`,
      `--path=${config.directory}`,
      `--listen_host=${config.host}`,
      `--http_port=${config.httpPort}`,
      ...(config.tcpPort === undefined ? [] : [`--tcp_port=${config.tcpPort}`]),
      `--query=${[...listen, endlessQuery].join('; ')}`,
    ],
    // No environment: the secrets of the platform are none of the engine's business.
    { stdio: ['pipe', 'ignore', 'pipe'], cwd: config.directory, env: { TZ: 'UTC' } },
  )
  const exited = exitOf(child)
  return {
    pid: child.pid,
    exited,
    end: () => {
      child.kill('SIGKILL')
      return exited
    },
  }
}

function exitOf(child: ChildProcess): Promise<EmbeddedExit> {
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsMax)
  })
  // Writing fails once the engine is gone; its exit is told by the event below.
  child.stdin?.on('error', () => {})
  const { promise, resolve } = Promise.withResolvers<EmbeddedExit>()
  child.once('error', (error) => resolve({ exitCode: null, signal: null, lastWords: error.message }))
  child.once('close', (exitCode, signal) => resolve({ exitCode, signal, lastWords: lastWords.trim() }))
  return promise
}
