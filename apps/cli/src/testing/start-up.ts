import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { startTraceCollector } from '@watchword/service-host/testing'
import { runCli } from '../cli.ts'
import { runCommand, terminalOf } from './command-line.ts'
import type { TestPlatform, TestPlatformOptions } from './test-platform.ts'

type Up = Readonly<{ url: string; clickhouse: string }>

/** Runs `watchword up` in this process, in a folder of its own and by a file of configuration if one is given; resolves when it says that it is up. */
export async function startUp(
  options: Omit<TestPlatformOptions, 'tenant'> & Readonly<{ config?: string }> = {},
): Promise<TestPlatform> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'watchword-up-'))
  const process = new EventEmitter()
  const up = Promise.withResolvers<Up>()
  const err: string[] = []
  const out = { push: (line: string) => up.resolve(JSON.parse(line) as Up) }
  const args = ['up', '--json', '--port', '0', '--data', data, ...(options.demo === true ? ['--demo'] : [])]
  if (options.config !== undefined) args.push('--config', options.config)
  const collector = options.traced === true ? await startTraceCollector() : undefined
  const env = {
    ...(options.userNames === undefined ? {} : { WATCHWORD_BOOTSTRAP_USER_NAMES: options.userNames }),
    ...(collector === undefined ? {} : { WATCHWORD_TRACING_OTLP_URL: collector.url }),
  }
  const ended = runCli(args, terminalOf({ stdin: Readable.from([]), out, err, process, env }))
  const early = ended.then((code) => {
    throw new Error(`the platform ended with ${code}: ${err.join('\n')}`)
  })
  early.catch(() => undefined)
  const { url, clickhouse } = await Promise.race([up.promise, early])
  return {
    url,
    data,
    key: readFileSync(join(data, 'dev-key'), 'utf8').trim(),
    bankUrl: url,
    clickhouseUrl: clickhouse,
    ...(collector === undefined ? {} : { collector }),
    run: (command, ...rest) => runCommand([...command, '--url', url, '--data', data], ...rest),
    async untilTold(fact) {
      assert.equal(await fact(), true, 'the process does not know what it has answered')
    },
    async stop() {
      process.emit('SIGTERM', 'SIGTERM')
      await ended
      await collector?.close()
      if (options.keep !== true) rmSync(data, { recursive: true, force: true })
    },
  }
}
