import { Counter, type Registry } from 'prom-client'
import type { SpanCounts } from './open-tracing.ts'

/** Counts spans that were sent and that were lost; there is nothing to count where nothing is traced. */
export function registerSpanMetrics(metrics: Registry, countsOf: () => SpanCounts): void {
  const registers = [metrics]
  const exported = new Counter({
    name: 'watchword_trace_exported_spans_total',
    help: 'Spans that the collector of traces has taken.',
    registers,
    collect() {
      exported.reset()
      exported.inc(countsOf().exported)
    },
  })
  const lost = new Counter({
    name: 'watchword_trace_lost_spans_total',
    help: 'Spans that the collector of traces will never see: it did not take them, or too many waited for it.',
    labelNames: ['reason'],
    registers,
    collect() {
      const { queueFull, notTaken } = countsOf()
      lost.reset()
      lost.inc({ reason: 'queue-full' }, queueFull)
      lost.inc({ reason: 'not-taken' }, notTaken)
    },
  })
}
