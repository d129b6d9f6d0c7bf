/** What a command may do with the world around it; `main.ts` passes the real one. */
export type Terminal = Readonly<{
  env: Readonly<Record<string, string | undefined>>
  stdin: NodeJS.ReadableStream
  /** One line to standard output. */
  out: (line: string) => void
  /** One line to standard error. */
  err: (line: string) => void
  process: NodeJS.Process
}>

/** 0 success, 1 failure, 2 usage. */
export type ExitCode = 0 | 1 | 2

/** A wrong use of the command line that the parser cannot see; exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
}
