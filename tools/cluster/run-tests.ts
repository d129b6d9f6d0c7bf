import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterVariable } from '@watchword/cli/testing'
import { startCluster } from './start-cluster.ts'

/** Runs test files against one cluster that all of them share: starts it, tells them where it is, stops it. Arguments: files and patterns. */
const directory = mkdtempSync(join(tmpdir(), 'watchword-e2e-'))
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const asked = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())

const kafkaPort = 21_200
// Only the tests of traces listen there; all others show that it does not matter. Not a port that the system gives out: whoever asks one of those again
// and again where nobody listens is one day connected to itself, and holds it.
const otlpUrl = `http://127.0.0.1:${kafkaPort + 8}`
const cluster = await startCluster({ directory, kafkaPort, port: 0, replicas: 2, say, otlpUrl })
try {
  const runner = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      '--test-concurrency=1',
      '--test-timeout=120000',
      ...process.argv.slice(2),
    ],
    {
      stdio: 'inherit',
      signal: asked.signal,
      killSignal: 'SIGTERM',
      env: { ...process.env, [clusterVariable]: JSON.stringify(cluster.address()) },
    },
  )
  runner.on('error', () => say('the run was ended'))
  const [code] = (await once(runner, 'close')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await cluster.stop()
  rmSync(directory, { recursive: true, force: true })
}
