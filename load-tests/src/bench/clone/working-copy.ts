import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const outputMax = 2 ** 24

/** What somebody has who has typed `git clone`: the last commit, and nothing that is not committed. */
export async function cloneTo(folder: string): Promise<void> {
  await run('git', ['clone', '--quiet', repository, folder])
}

/** `npm ci`, from npm's own cache wherever it has a package. */
export async function install(folder: string): Promise<void> {
  await run('npm', ['ci', '--prefer-offline'], { cwd: folder, env: environment(), maxBuffer: outputMax })
}

/** `npm start` in a working copy, until the page answers with 200; resolves with how to stop it. Rejects when it ends before. */
export async function startToPage(folder: string, port: number): Promise<() => Promise<void>> {
  // A group of its own: npm does not pass a signal on to what it runs.
  const child = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: folder,
    env: environment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line))
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const end = (): void => {
    if (isRunning() && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  }
  const exited = once(child, 'exit')
  process.once('exit', end)
  while (!(await answers(`http://localhost:${port}/`))) {
    if (!isRunning()) throw new Error(`npm start ended before the page was there:\n${lines.slice(-10).join('\n')}`)
    await delay(20)
  }
  return async () => {
    end()
    await exited
    process.off('exit', end)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { status, headers } = await fetch(url)
    return status === 200 && (headers.get('content-type') ?? '').startsWith('text/html')
  } catch {
    // Nobody listens yet.
    return false
  }
}

/** Without what npm set for the bench itself, and without any configuration of a platform. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm_|WATCHWORD_|NODE_)/.test(name)))
}
