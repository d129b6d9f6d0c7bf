import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('../../../../tools/registry/registry.sh', import.meta.url))

/** A real schema registry on loopback; what is registered outlives its process. */
export interface TestRegistry {
  /** Where its Confluent API begins. */
  readonly url: string
  start(): Promise<void>
  /** Kills the process without warning. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Ends it and removes what was registered. */
  clean(): Promise<void>
}

/**
 * An empty registry on that port and the next, started by `tools/registry/registry.sh`; rejects when it cannot be had. `folder` is where
 * it keeps what is registered, in `.cache` by default.
 */
export async function startTestRegistry(port: number, folder?: string): Promise<TestRegistry> {
  const env = {
    ...process.env,
    REGISTRY_PORT: String(port),
    ...(folder === undefined ? {} : { REGISTRY_DATA: folder }),
  }
  const call = async (command: string): Promise<void> => {
    await promisify(execFile)(script, [command], { env })
  }
  // It does not outlive whoever has started it.
  const endWithDriver = (): void => void spawnSync(script, ['kill9'], { env })
  await call('clean')
  process.on('exit', endWithDriver)
  await call('start')
  return {
    url: `http://127.0.0.1:${port}/apis/ccompat/v7`,
    start: () => call('start'),
    kill: () => call('kill9'),
    stop: () => call('stop'),
    async clean() {
      await call('clean')
      process.off('exit', endWithDriver)
    },
  }
}
