import { EventEmitter } from 'node:events'
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

type Lines = Readonly<{ push: (line: string) => unknown }>
type World = Readonly<{
  stdin: NodeJS.ReadableStream
  out: Lines
  err: Lines
  process?: EventEmitter
  env?: Readonly<Record<string, string>>
}>

/** A terminal without anybody before it; its process hears of no signal but those that are emitted. */
export function terminalOf({ stdin, out, err, process = new EventEmitter(), env = {} }: World): Terminal {
  return {
    env: { WATCHWORD_LOG_LEVEL: 'silent', ...env },
    stdin,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    process: process as NodeJS.Process,
  }
}
