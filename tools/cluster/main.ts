import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster } from './start-cluster.ts'
import { type Stores, startStores } from './stores.ts'
import { runWatchword } from './watchword.ts'

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    stores: { type: 'string' },
    port: { type: 'string', default: '8080' },
  },
})
const kafkaPort = 19_720
const port = Number(values.port)
const directory = mkdtempSync(join(tmpdir(), 'watchword-cluster-'))
const asked = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())
// Every process that is started ends with this one.
process.setMaxListeners(0)
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const untilAsked = (): Promise<unknown> =>
  new Promise((resolve) => {
    if (asked.signal.aborted) resolve(undefined)
    asked.signal.addEventListener('abort', resolve)
  })

/** Where each service listens unless it is told otherwise. */
const defaultPorts = [
  ['ingest', 8081],
  ['session-guard', 8083],
  ['notifier', 8084],
  ['auditor', 8085],
] as const

/** Every service takes the first two; a service refuses what it does not know, so the others are not exported. */
function variablesOf({ kafka, clickhouse }: Stores): string {
  const passwordFile = join(directory, 'clickhouse-password')
  writeFileSync(passwordFile, `${clickhouse.password}\n`, { mode: 0o600 })
  const lines = [
    ...Object.entries(kafka.env).map(([name, value]) => `export ${name}='${value}'`),
    `CLICKHOUSE_URL='${clickhouse.url}'`,
    `CLICKHOUSE_USERNAME='${clickhouse.username}'`,
    `CLICKHOUSE_PASSWORD_FILE='${passwordFile}'`,
  ]
  return `${lines.join('\n')}\n`
}

/** Kafka, a registry and ClickHouse alone; how they are reached is written to `file` once they are there. */
async function keepStores(file: string): Promise<void> {
  const stores = await startStores({ directory, kafkaPort, port, say })
  try {
    for (const [service, at] of defaultPorts) stores.front.route(service, [`http://127.0.0.1:${at}`])
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, variablesOf(stores))
    say(`The variables of the services are in ${file}; Ctrl-C ends all of it.`)
    await untilAsked()
  } finally {
    rmSync(file, { force: true })
    await stores.stop()
  }
}

async function playOnCluster(): Promise<void> {
  const cluster = await startCluster({ directory, kafkaPort, port, replicas: 2, say })
  try {
    say(`all are ready behind ${cluster.url}`)
    const story = ['demo', '--url', cluster.url, '--key', cluster.key]
    process.exitCode = await runWatchword(story, (text) => void process.stdout.write(text))
    if (!values.keep || asked.signal.aborted) return
    say(`\nThe key is in ${join(directory, 'secrets', 'bootstrap-key')}; Ctrl-C ends all of it.`)
    await untilAsked()
  } finally {
    await cluster.stop()
  }
}

try {
  await (values.stores === undefined ? playOnCluster() : keepStores(values.stores))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
