/**
 * The process of the embedded ClickHouse: `node embedded-process.ts LIBRARY ARGUMENT...`. It ends when its standard input
 * does, and so with its parent, even a killed one. `chdb_query_cmdline` is clickhouse-local, which can listen; it never
 * returns, so it runs in a worker thread, and an engine crash takes this process alone.
 *
 * ffi-rs and not koffi: koffi runs calls on a stack of its own, which ClickHouse's stack check refuses (code 306).
 */
import { constants, setPriority } from 'node:os'
import { isMainThread, Worker } from 'node:worker_threads'
import { DataType, load, open } from 'ffi-rs'

const [library = '', ...engineArguments] = process.argv.slice(2)

if (isMainThread) {
  // Threads inherit it, so before there are any: merges and reports leave the processor to the platform, which answers people.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  // Whatever made the engine return, it has said on standard error.
  worker.on('exit', () => process.exit(70))
  worker.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(70)
  })
  const end = (): void => void process.kill(process.pid, 'SIGKILL')
  process.stdin.on('end', end).on('error', end).resume()
  // The terminal sends its signals to the whole group; only the parent decides when the engine ends.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
} else {
  open({ library: 'chdb', path: library })
  const parts = ['clickhouse-local', ...engineArguments]
  load({
    library: 'chdb',
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [parts.length, parts],
  })
}
