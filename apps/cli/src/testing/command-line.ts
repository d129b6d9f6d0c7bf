import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { runCli } from '../cli.ts'
import type { Terminal } from '../terminal.ts'

/** What a command did: its exit code, and its lines on standard output and standard error. */
export type Ran = Readonly<{ code: number; out: readonly string[]; err: readonly string[] }>

/** Runs one command as `main.ts` does, with `input` as its standard input; `out` grows as it speaks. */
export async function runCommand(
  args: readonly string[],
  input: Iterable<string> = [],
  out: string[] = [],
): Promise<Ran> {
  const err: string[] = []
  const code = await runCli(args, terminalOf({ stdin: Readable.from(input), out, err }))
  return { code, out, err }
}

/** A platform that `watchword up` runs in this process, in a folder of its own. */
export type UpPlatform = Readonly<{
  url: string
  data: string
  /** The development key. */
  key: string
  /** Runs a command against it. */
  run: typeof runCommand
  stop: () => Promise<void>
}>

/** Resolves when the platform says that it is up. */
export async function startUp(args: readonly string[] = []): Promise<UpPlatform> {
  const data = mkdtempSync(join(tmpdir(), 'watchword-up-'))
  const process = new EventEmitter()
  const up = Promise.withResolvers<{ url: string }>()
  const err: string[] = []
  const out = { push: (line: string) => up.resolve(JSON.parse(line) as { url: string }) }
  const terminal = terminalOf({ stdin: Readable.from([]), out, err, process })
  const ended = runCli(['up', '--json', '--port', '0', '--data', data, ...args], terminal)
  const early = ended.then((code) => {
    throw new Error(`the platform ended with ${code}: ${err.join('\n')}`)
  })
  early.catch(() => undefined)
  const { url } = await Promise.race([up.promise, early])
  return {
    url,
    data,
    key: readFileSync(join(data, 'dev-key'), 'utf8').trim(),
    run: (command, ...rest) => runCommand([...command, '--url', url, '--data', data], ...rest),
    async stop() {
      process.emit('SIGTERM', 'SIGTERM')
      await ended
      rmSync(data, { recursive: true, force: true })
    },
  }
}

type Lines = Readonly<{ push: (line: string) => unknown }>
type World = Readonly<{ stdin: NodeJS.ReadableStream; out: Lines; err: Lines; process?: EventEmitter }>

function terminalOf({ stdin, out, err, process = new EventEmitter() }: World): Terminal {
  return {
    env: { WATCHWORD_LOG_LEVEL: 'silent' },
    stdin,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    process: process as NodeJS.Process,
  }
}
