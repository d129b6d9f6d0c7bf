import type { Clickhouse } from '@watchword/clickhouse'
import type { Logger } from '@watchword/service-kit'
import type { AuditMetrics } from '../audit-metrics.ts'
import type { ChainHead } from './chain-heads.ts'
import { chainsOf, type CheckpointSigner, digestOf } from './checkpoint.ts'
import type { CheckpointPlace } from './checkpoint-places.ts'

export type CheckpointsConfig = Readonly<{
  /** How often what is stored is signed, milliseconds; not when nothing is new. */
  checkpointIntervalMs: number
}>

export type CheckpointsDeps = Readonly<{
  client: Clickhouse
  signer: CheckpointSigner
  /** Beside the table; each gets every checkpoint, the last one more than once at times. */
  places: readonly CheckpointPlace[]
  /** Where the chains end as they are stored; none where somebody else stores. */
  heads: () => readonly ChainHead[]
  now: () => number
  logger: Logger
  metrics: Pick<AuditMetrics, 'checkpoints' | 'checkpointFailures'>
}>

/** Signs where the chains end, again and again. */
export interface Checkpoints {
  /** Signs what is stored by now and not signed; rejects when it cannot be kept in every place. */
  take(): Promise<void>
  /** The last one, if it can be taken. */
  stop(): Promise<void>
}

export function startCheckpoints({ checkpointIntervalMs }: CheckpointsConfig, deps: CheckpointsDeps): Checkpoints {
  const { client, signer, logger, metrics } = deps
  let signed: readonly ChainHead[] = []
  /** Signed, and not yet known to be everywhere; nothing follows it before it is. */
  let pending: string | undefined
  let isFirst = true
  let taking: Promise<void> = Promise.resolve()

  async function deliver(text: string): Promise<void> {
    for (const keep of deps.places) await keep(text)
  }

  async function takeOne(): Promise<void> {
    const heads = deps.heads()
    const grown = heads.filter((head) => !signed.includes(head))
    if (grown.length === 0 && pending === undefined) return
    const last = await lastCheckpoint(client)
    // Whoever signed it may have ended before it was everywhere.
    if (isFirst && last !== undefined) await deliver(last.text)
    isFirst = false
    pending ??= await sign(grown, last)
    await deliver(pending)
    pending = undefined
    signed = heads
    metrics.checkpoints.inc()
  }

  /** In the table first: what another replica would sign next follows it. */
  async function sign(grown: readonly ChainHead[], last: LastCheckpoint | undefined): Promise<string> {
    const at = new Date(deps.now()).toISOString()
    const number = (last?.number ?? 0) + 1
    const previous = last === undefined ? null : digestOf(last.text)
    const text = signer.sign({ number, at, previous, chains: chainsOf(grown) })
    await client.insert('checkpoints', [{ number, at, text }])
    return text
  }

  function take(): Promise<void> {
    taking = taking.catch(() => undefined).then(takeOne)
    return taking
  }

  async function tryToTake(): Promise<void> {
    try {
      await take()
    } catch (error) {
      metrics.checkpointFailures.inc()
      logger.warn({ err: error }, 'a checkpoint of the audit could not be kept everywhere, it is tried again')
    }
  }

  const timer = setInterval(() => void tryToTake(), checkpointIntervalMs)
  timer.unref()
  return {
    take,
    async stop() {
      clearInterval(timer)
      await tryToTake()
    },
  }
}

type LastCheckpoint = Readonly<{ number: number; text: string }>

async function lastCheckpoint(client: Clickhouse): Promise<LastCheckpoint | undefined> {
  const [row] = await client.rows<{ number: string; text: string }>(
    'SELECT number, text FROM checkpoints ORDER BY number DESC LIMIT 1',
  )
  return row && { number: Number(row.number), text: row.text }
}
