import { startChild } from '../drive/child.ts'
import type { Bench } from '../measure/bench.ts'
import { compareServers, loads } from './compare-servers.ts'

export const ingestBench: Bench = {
  name: 'ingest',
  question: 'durable ingest against a bare Fastify server that appends as many bytes to the same log',
  async run() {
    const product = await startChild<Readonly<{ url: string; key: string }>>(
      new URL('./ingest-server.ts', import.meta.url),
    )
    const bare = await startChild<Readonly<{ url: string; valueBytes: number }>>(
      new URL('./bare-server.ts', import.meta.url),
    )
    try {
      return {
        comparisons: await compareServers(
          { pid: product.pid, ...product.ready },
          { pid: bare.pid, url: bare.ready.url },
          {
            aims: [{ of: 'ratio', atLeast: 0.5 }],
            batchAims: [{ of: 'product', atLeast: 10_000 }],
          },
        ),
        information: [],
        setting: [
          ...loads,
          `ingest: key check, schema, duplicates, address, agent and entity look-ups, Avro; bare: JSON.parse and append of a record of the same ${bare.ready.valueBytes} bytes and headers`,
          'both: SQLite log on disk, an answer only after the commit is synced; the server in one process, the log in its thread, the client in another process',
        ],
      }
    } finally {
      await Promise.all([product.stop(), bare.stop()])
    }
  },
}
