import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../apps/cli/bin/watchword.js', import.meta.url))

/** Runs the command of the checkout; `onLine` hears its output. Answers the exit code. */
export async function runWatchword(args: readonly string[], onText: (text: string) => void): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onText)
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

/** The same, where nothing but success will do. */
export async function watchword(args: readonly string[]): Promise<void> {
  let said = ''
  const code = await runWatchword(args, (text) => void (said += text))
  if (code !== 0) throw new Error(`watchword ${args[0] ?? ''} ended with ${code}: ${said}`)
}
