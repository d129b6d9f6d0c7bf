import { mkdtempSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startForegroundServer } from '@watchword/service-host/testing'

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
  const { stop } = await startForegroundServer({
    command: 'caddy',
    args: ['run', '--config', join(folder, 'Caddyfile')],
    // What it keeps of its own goes with the folder.
    env: { PATH: path, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    folder,
    ports: [port],
    reason: (code) => `caddy ended with ${code}`,
  })
  return { stop }
}
