import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../../../../../tools/kafka/broker.sh', import.meta.url))

/** A real broker on loopback for one test file. */
export interface TestBroker {
  readonly brokers: readonly string[]
  start(): Promise<void>
  /** Kills the process without warning. */
  kill(): Promise<void>
  /** Ends the broker and removes its data. */
  clean(): Promise<void>
}

/** A broker of its own on that port and the next, started by `tools/kafka/broker.sh`; rejects when it cannot be had. */
export async function startTestBroker(port: number): Promise<TestBroker> {
  const env = { ...process.env, KAFKA_PORT: String(port) }
  const call = async (command: string): Promise<void> => {
    await run(script, [command], { env })
  }
  await call('clean')
  await call('start')
  return {
    brokers: [`127.0.0.1:${port}`],
    start: () => call('start'),
    kill: () => call('kill9'),
    clean: () => call('clean'),
  }
}
