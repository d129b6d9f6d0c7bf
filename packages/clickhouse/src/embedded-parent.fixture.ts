/** A parent to be killed by a test: starts the embedded server over a folder and prints its address. */
import { startEmbeddedClickhouse } from './index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const server = await startEmbeddedClickhouse({ directory: process.argv[2] ?? '' }, { logger: quiet })
process.stdout.write(server.url)
