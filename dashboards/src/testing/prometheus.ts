import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@watchword/service-kit'
import { stringify } from 'yaml'

/** A Prometheus of this process; every second it scrapes and evaluates. */
export type Prometheus = Readonly<{
  url: string
  /** Series of an expression at a moment, the newest by default; throws where it is not PromQL. */
  query: (expr: string, at?: number) => Promise<readonly Sample[]>
  /** What `GET /api/v1/...` answers. */
  get: (path: string) => Promise<unknown>
  stop: () => Promise<void>
}>

/** Of an instant vector. */
export type Sample = Readonly<{
  metric: Readonly<Record<string, string>>
  value: readonly [seconds: number, value: string]
}>

/** Starts the system's Prometheus on a port of its own, loopback alone; it scrapes `target` (host and port) as the job `watchword`. Resolves when it is ready. */
export async function startPrometheus(target: string, ruleFiles: readonly string[]): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-prometheus-'))
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: [{ job_name: 'watchword', static_configs: [{ targets: [target] }] }],
  }
  writeFileSync(join(folder, 'prometheus.yml'), stringify(configuration))
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const url = `http://${address}`
  const get = async (path: string): Promise<unknown> => {
    const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as {
      status: string
      error?: string
      data: unknown
    }
    if (answer.status !== 'success') throw new Error(`${answer.error}: ${decodeURIComponent(path)}`)
    return answer.data
  }
  await Promise.race([
    untilReady(url),
    ended.then(() => {
      throw new Error('prometheus ended at once')
    }),
  ])
  return {
    url,
    get,
    async query(expr, at) {
      const time = at === undefined ? '' : `&time=${at / 1000}`
      const { result } = (await get(`query?query=${encodeURIComponent(expr)}${time}`)) as { result: readonly Sample[] }
      return result
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Runs `promtool`; rejects with what it says when it finds a fault. */
export async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('promtool', [...args])
  return stdout + stderr
}
