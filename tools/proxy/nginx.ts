import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startForegroundServer } from '@watchword/service-host/testing'

/** An nginx of this process. */
export type Nginx = Readonly<{
  /** Of its master. */
  pid: number
  /** What it has written to its error log. */
  errors: () => string
  stop: () => Promise<void>
}>

/** Debian's place for it is not on the path of everybody. */
const path = `${process.env['PATH'] ?? ''}:/usr/sbin`

/**
 * Starts the system's nginx in the foreground with the blocks that stand in `http`; resolves when it listens on `ports`, loopback alone. Throws where there is no
 * nginx, or it ends at once.
 */
export async function startNginx(http: string, ports: readonly number[]): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-nginx-'))
  // Its workers are another user where this one is root.
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'logs'))
  writeFileSync(join(folder, 'nginx.conf'), mainOf(http))
  const errors = (): string => readFileSync(join(folder, 'logs/error.log'), 'utf8')
  const server = await startForegroundServer({
    command: 'nginx',
    args: ['-p', folder, '-c', 'nginx.conf', '-e', 'logs/error.log'],
    env: { PATH: path },
    folder,
    ports,
    reason: () => `nginx ended: ${errors()}`,
  })
  return { ...server, errors }
}

/** One worker, everything in its own folder; `http` is as an administrator would write it. */
function mainOf(http: string): string {
  return `
daemon off;
worker_processes 1;
pid nginx.pid;
error_log logs/error.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  ${http}
}
`
}
