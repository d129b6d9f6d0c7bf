import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'
import type { Logger } from '@watchword/service-kit'
import type { SpanCounts } from './open-tracing.ts'

export type SpanQueueDeps = Readonly<{
  exporter: SpanExporter
  /** What the exporter allows itself for a batch, milliseconds. */
  exportWithinMs: number
  logger: Logger
}>

/** Spans on their way to the collector. */
export type SpanQueue = Readonly<{ processor: SpanProcessor; counts: () => SpanCounts }>

/** Spans that wait for their turn; of more, the newest are lost. */
const waitingMax = 2_048
/** Spans wait this long for company, milliseconds. */
const exportEveryMs = 1_000

/** The batches of the SDK, with a count of what is lost: the SDK itself counts in metrics of its own only, which nothing here reads. */
export function createSpanQueue({ exporter, exportWithinMs, logger }: SpanQueueDeps): SpanQueue {
  const counts = { exported: 0, queueFull: 0, notTaken: 0 }
  let waiting = 0
  let isAway = false

  function onExported(spans: number, error: Error | undefined): void {
    if (error === undefined) counts.exported += spans
    else counts.notTaken += spans
    if (error !== undefined && !isAway) logger.warn({ err: error }, 'the collector takes no spans, they are lost')
    if (error === undefined && isAway) logger.info('the collector takes spans again')
    isAway = error !== undefined
  }

  const counting: SpanExporter = {
    export(spans, done) {
      waiting -= spans.length
      exporter.export(spans, (result) => {
        // The exporter gives a reason for everything that it did not send.
        onExported(spans.length, result.error)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
  const batches = new BatchSpanProcessor({
    exporter: counting,
    maxQueueSize: waitingMax,
    scheduledDelayMillis: exportEveryMs,
    exportTimeoutMillis: 2 * exportWithinMs,
  })
  const processor: SpanProcessor = {
    onStart: () => undefined,
    onEnd(span: ReadableSpan) {
      if (waiting >= waitingMax) {
        counts.queueFull += 1
        return
      }
      waiting += 1
      batches.onEnd(span)
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  }
  return { processor, counts: () => ({ ...counts }) }
}
