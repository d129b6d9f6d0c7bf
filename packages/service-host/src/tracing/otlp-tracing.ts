import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import type { Tracing, TracingDeps } from './open-tracing.ts'
import { createSpanSampler } from './span-sampler.ts'
import { createSpanQueue } from './span-queue.ts'
import { createSpanIds, createTracer } from './sdk-tracer.ts'

export type OtlpTracingConfig = Readonly<{ url: string; sampleRatio: number }>

/** What is sent at the stop may take this long, milliseconds. */
const flushWithinMs = 3_000
/** A request to the collector, its repeats included, may take this long, milliseconds. */
const exportWithinMs = 5_000

/** Sends spans to a collector; `stop` sends the last ones, or gives them up in time, and never rejects. */
export function startOtlpTracing(
  { url, sampleRatio }: OtlpTracingConfig,
  { version, logger }: Omit<TracingDeps, 'lifecycle'>,
): Tracing & Readonly<{ stop: () => Promise<void> }> {
  const queue = createSpanQueue({
    exporter: new OTLPTraceExporter({ url, timeoutMillis: exportWithinMs }),
    exportWithinMs,
    logger,
  })
  const sampler = createSpanSampler(sampleRatio)

  return {
    tracerOf(service) {
      const ids = createSpanIds()
      const provider = new TracerProvider({
        resource: resourceFromAttributes({
          'service.name': `watchword-${service}`,
          'service.namespace': 'watchword',
          'service.version': version,
        }),
        sampler,
        idGenerator: ids,
        spanProcessors: [queue.processor],
      })
      return createTracer(provider.getTracer('watchword', version), ids)
    },
    counts: () => queue.counts(),
    async stop() {
      const { promise: late, resolve } = Promise.withResolvers<'late'>()
      const timer = setTimeout(() => resolve('late'), flushWithinMs)
      // Why the collector did not take them is told by the queue.
      const outcome = await Promise.race([late, queue.processor.shutdown().catch(() => 'lost' as const)])
      clearTimeout(timer)
      if (outcome === 'late') logger.warn({ flushWithinMs }, 'the last spans were given up')
    },
  }
}
