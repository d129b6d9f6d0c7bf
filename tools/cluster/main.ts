import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster } from './start-cluster.ts'
import { runWatchword } from './watchword.ts'

const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, port: { type: 'string', default: '8080' } },
})
const directory = mkdtempSync(join(tmpdir(), 'watchword-cluster-'))
const asked = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const cluster = await startCluster({ directory, kafkaPort: 19_720, port: Number(values.port), replicas: 2, say })
try {
  say(`all are ready behind ${cluster.url}`)
  const story = ['demo', '--url', cluster.url, '--key', cluster.key]
  process.exitCode = await runWatchword(story, (text) => void process.stdout.write(text))
  if (values.keep && !asked.signal.aborted) {
    say(`\nThe key is in ${join(directory, 'secrets', 'bootstrap-key')}; Ctrl-C ends all of it.`)
    await new Promise((resolve) => asked.signal.addEventListener('abort', resolve))
  }
} finally {
  await cluster.stop()
  rmSync(directory, { recursive: true, force: true })
}
