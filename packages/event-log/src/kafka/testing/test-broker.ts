import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../../../../../tools/kafka/broker.sh', import.meta.url))

const folder = fileURLToPath(new URL('../../../../../.cache/kafka', import.meta.url))

/** A real broker on loopback for one test file. */
export interface TestBroker {
  readonly brokers: readonly string[]
  start(): Promise<void>
  /** Kills the process without warning. */
  kill(): Promise<void>
  /** Lets the process stand still, with its connections open. */
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
  /** Ends the broker and removes its data. */
  clean(): Promise<void>
}

/**
 * A broker of its own on that port and the next, started by `tools/kafka/broker.sh`; rejects when it cannot be had. `data` is the folder
 * of its data, in `.cache` by default.
 */
export async function startTestBroker(port: number, data?: string): Promise<TestBroker> {
  return startBroker(port, data === undefined ? {} : { KAFKA_DATA: data })
}

/** A second broker, on that port, of the cluster of `startTestBroker(first)`; to be cleaned before the first one is. */
export async function joinTestBroker(first: number, port: number): Promise<TestBroker> {
  return startBroker(port, { KAFKA_JOIN: String(first) })
}

/** A broker with TLS, SCRAM-SHA-512 and ACLs; nobody but `admin` (password `admin-secret`) may do anything yet. */
export interface SecuredTestBroker extends TestBroker {
  /** PEM of the authority behind its certificate. */
  readonly ca: string
}

/** Like `startTestBroker`, but secured; `users` have `<name>-secret` for a password. */
export async function startSecuredTestBroker(port: number, users: readonly string[]): Promise<SecuredTestBroker> {
  const KAFKA_DATA = `${folder}/data-${port}`
  const broker = await startBroker(port, {
    KAFKA_DATA,
    KAFKA_USERS: users.map((each) => `${each}=${each}-secret`).join(' '),
  })
  return { ...broker, ca: readFileSync(`${KAFKA_DATA}/tls/ca.pem`, 'utf8') }
}

async function startBroker(port: number, settings: Readonly<Record<string, string>>): Promise<TestBroker> {
  const env = { ...process.env, KAFKA_PORT: String(port), ...settings }
  const call = async (command: string): Promise<void> => {
    await run(script, [command], { env })
  }
  // It does not outlive whoever has started it.
  const endWithDriver = (): void => void spawnSync(script, ['kill9'], { env })
  await call('clean')
  process.on('exit', endWithDriver)
  await call('start')
  return {
    brokers: [`127.0.0.1:${port}`],
    start: () => call('start'),
    kill: () => call('kill9'),
    pause: () => call('pause'),
    resume: () => call('resume'),
    stop: () => call('stop'),
    async clean() {
      await call('clean')
      process.off('exit', endWithDriver)
    },
  }
}
