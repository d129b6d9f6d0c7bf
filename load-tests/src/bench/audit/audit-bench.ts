import { join } from 'node:path'
import { auditMigrations, auditorDefaults, createAuditMetrics, startAuditSink } from '@watchword/auditor'
import { type Clickhouse, createClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry } from '@watchword/contracts'
import type { MemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import type { Bench } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { recordedLog, recordsIn } from './recorded-log.ts'

const activities = 50_000

type Insert = Parameters<Clickhouse['insertEncoded']>

/** What a round took: rows stored a second, and the processor time of this process for each, microseconds. */
type Taken = Readonly<{ rate: number; processorUs: number }>

/** The sink as it is, with its chains, against inserts of the very rows that it makes, which are encoded already. */
export const auditBench: Bench = {
  name: 'audit',
  question: 'rows a second of the audit sink, from records of the log to all tables, against inserts of the same rows',
  async run() {
    const folder = temporaryFolder()
    const logger = createLogger({ service: 'bench', version: '0', level: 'silent' })
    const engine = await startEmbeddedClickhouse({ directory: join(folder.path, 'clickhouse') }, { logger })
    const codecs = await createCodecs(createEmbeddedRegistry())
    const log = await recordedLog(codecs, activities)
    const rows = await recordsIn(log)
    let databases = 0

    async function freshDatabase(): Promise<Clickhouse> {
      databases += 1
      const client = createClickhouse({ url: engine.url, database: `bench${databases}` })
      await migrate(client, auditMigrations)
      return client
    }

    async function sink(client: Clickhouse, from: MemoryLog): Promise<void> {
      const started = await startAuditSink(auditorDefaults, {
        log: from,
        codecs,
        client,
        logger,
        now: Date.now,
        metrics: createAuditMetrics(new Registry()),
        onFatal: (error) => {
          throw error
        },
      })
      if (!(await started.caughtUp(300_000))) throw new Error('the sink is not done')
      await started.stop()
    }

    async function measured(work: (client: Clickhouse) => Promise<void>): Promise<Taken> {
      const client = await freshDatabase()
      const before = process.cpuUsage()
      const began = performance.now()
      await work(client)
      const seconds = (performance.now() - began) / 1000
      const { user, system } = process.cpuUsage(before)
      await client.command(`DROP DATABASE ${client.database}`)
      await client.close()
      return { rate: rows / seconds, processorUs: (user + system) / rows }
    }

    const inserts: Insert[] = []
    const recording = await freshDatabase()
    await sink(
      {
        ...recording,
        insertEncoded(...insert) {
          inserts.push(insert)
          return recording.insertEncoded(...insert)
        },
      },
      log,
    )
    await recording.close()
    const { product, baseline } = await interleave(
      () => measured((client) => sink(client, log)),
      () =>
        measured(async (client) => {
          for (const insert of inserts) await client.insertEncoded(...insert)
        }),
    )
    await log.close()
    await engine.stop()
    folder.remove()
    const sampled = (label: string, unit: string, values: readonly number[]) => ({ label, unit, values })
    return {
      comparisons: [
        {
          name: 'store',
          product: sampled(
            'sink, chained',
            'rows/s',
            product.map(({ rate }) => rate),
          ),
          baseline: sampled(
            'inserts of the same rows',
            'rows/s',
            baseline.map(({ rate }) => rate),
          ),
          aims: [{ of: 'ratio', atLeast: 0.7 }],
        },
      ],
      information: [
        sampled(
          'processor time of the sink in its process',
          'us/row',
          product.map(({ processorUs }) => processorUs),
        ),
        sampled(
          'processor time of the inserts in their process',
          'us/row',
          baseline.map(({ processorUs }) => processorUs),
        ),
      ],
      setting: [
        `${rows} records: ${activities} activities of known users and what the scorer says of them, from a log in memory`,
        'the embedded ClickHouse on the same cores, 10 000 rows an insert at most, all tables and views on both sides',
      ],
    }
  },
}
