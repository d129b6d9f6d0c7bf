import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { untilItListens } from './until-it-listens.ts'

/** A Caddy of this process. */
export type Caddy = Readonly<{ stop: () => Promise<void> }>

/** Where `.ci/run` puts it, outside of the checkout, beside the places where others may have. */
const path = `${join(homedir(), '.cache/watchword/caddy')}:${process.env['PATH'] ?? ''}`

/** Runs a Caddyfile; resolves when it listens on `port`. Throws where there is no Caddy, or it ends at once. */
export async function startCaddy(caddyfile: string, port: number): Promise<Caddy> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-caddy-'))
  writeFileSync(
    join(folder, 'Caddyfile'),
    `{\n  admin off\n  auto_https off\n  log {\n    level ERROR\n  }\n}\n${caddyfile}`,
  )
  const child = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // What it keeps of its own goes with the folder.
    env: { PATH: path, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.race([
      untilItListens(port),
      ended.then(([code]) => {
        throw new Error(`caddy ended with ${code}`)
      }),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}
