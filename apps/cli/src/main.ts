import { runCli } from './cli.ts'

// Whoever reads the first lines alone, as `head` does, has all that was wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  process,
})

// Nothing should hold the process now; should a fault have left something open, whatever supervises it must not wait for ever.
setTimeout(() => process.exit(), 5_000).unref()
