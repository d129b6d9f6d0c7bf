import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigError } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import { hostSections } from './host-config.ts'
import { runService } from './run-service.ts'
import type { ServiceHost, StartedService } from './service-host.ts'

const schema = Type.Object({ ...hostSections(8099), greeting: Type.Object({ text: Type.String() }) })

type Config = Static<typeof schema>

const nothing: StartedService = { checks: {}, routes: async () => undefined }

const quiet = { WATCHWORD_LOG_LEVEL: 'silent' }

/** Runs a service until it ends; `start` may end it by a signal. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  start: (config: Config, host: ServiceHost, signal: () => void) => void | Promise<void> = () => undefined,
) {
  const said: string[] = []
  const source = new EventEmitter()
  const code = await runService(
    { service: 'greeter', schema, args, env, process: source, complain: (line) => said.push(line) },
    async (config, host) => {
      await start(config, host, () => source.emit('SIGTERM', 'SIGTERM'))
      return nothing
    },
  )
  return { code, said: said.join('\n') }
}

function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-host-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a service runs with the file and the variables over it until a signal, and ends with 0', async (t) => {
  const file = join(freshFolder(t), 'greeter.yaml')
  writeFileSync(file, 'greeting: { text: hello }\nserver: { port: 1 }\nlog: { level: silent }')
  const stopped: string[] = []
  const { code } = await run(
    ['--config', file],
    { WATCHWORD_SERVER_PORT: '2' },
    ({ greeting, server }, host, signal) => {
      assert.deepEqual([greeting.text, server.port, server.host], ['hello', 2, '127.0.0.1'])
      host.lifecycle.defer('part', () => void stopped.push('part'))
      signal()
    },
  )
  assert.deepEqual([code, stopped], [0, ['part']])
})

test('a configuration that cannot be used ends it with 1 and every fault by its name, a wrong option with 2', async () => {
  const { code, said } = await run([], { ...quiet, WATCHWORD_SERVER_PORT: 'x', WATCHWORD_GREETING: 'x' })
  assert.equal(code, 1)
  for (const fault of [/greeting\.text/, /WATCHWORD_SERVER_PORT/, /WATCHWORD_GREETING/]) assert.match(said, fault)
  const option = await run(['--port', '1'], quiet)
  assert.equal(option.code, 2)
  assert.match(option.said, /--config FILE/)
  const file = await run(['--config', '/nowhere/at.all'], quiet)
  assert.equal(file.code, 1)
  assert.match(file.said, /nowhere/)
})

test('a start that fails and a fatal fault end it with 1', async () => {
  const env = { ...quiet, WATCHWORD_GREETING_TEXT: 'hello' }
  const failed = await run([], env, () => {
    throw new Error('no port')
  })
  const fatal = await run([], env, (_config, { onFatal }) => onFatal(new Error('the log is gone')))
  assert.deepEqual([failed.code, fatal.code], [1, 1])
})

test('a service that has no cluster says what is missing, all of it', async (t) => {
  const env = { ...quiet, WATCHWORD_GREETING_TEXT: 'hello', WATCHWORD_DATA_DIRECTORY: freshFolder(t) }
  let faults: readonly string[] = []
  const { code } = await run([], env, async (_config, host) => {
    try {
      await host.engine()
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      faults = error.faults.map(({ path }) => path)
      throw error
    }
  })
  assert.deepEqual([code, faults], [1, ['kafka.brokers', 'schemaRegistry.url']])
})
