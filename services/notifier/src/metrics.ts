import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Channel, DeliveryResult } from './deliveries/channel.ts'

export type NotifierMetrics = Readonly<{
  attempted: (channel: Channel, result: DeliveryResult, tookMs: number) => void
  /** This process has lost a partition: others may be told by others now. */
  revoked: () => void
}>

const failingOutcomes: ReadonlySet<DeliveryResult['outcome']> = new Set(['failed', 'endpoint-gone'])

export function createNotifierMetrics(registry: Registry, read: Readonly<{ pending: () => number }>): NotifierMetrics {
  const registers = [registry]
  const attempts = new Counter({
    name: 'watchword_delivery_attempts_total',
    help: 'Attempts to deliver a notification, by outcome.',
    labelNames: ['channel', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'watchword_delivery_attempt_seconds',
    help: 'How long an attempt took.',
    labelNames: ['channel'],
    buckets: [0.01, 0.05, 0.2, 1, 5, 15],
    registers,
  })
  const failing = new Gauge({
    name: 'watchword_endpoint_failing',
    help: '1 while the endpoint cannot be told: the last attempt failed, or it wants no more. By its name in the configuration; without a value where this process has not tried it.',
    labelNames: ['tenant', 'endpoint'],
    registers,
  })
  const pending = new Gauge({
    name: 'watchword_deliveries_pending',
    help: 'Deliveries of the partitions of this process that are not done.',
    registers: [],
    collect() {
      this.set(read.pending())
    },
  })
  registry.registerMetric(pending)
  return {
    attempted({ kind, tenant, id }, { outcome }, tookMs) {
      attempts.inc({ channel: kind, outcome })
      seconds.observe({ channel: kind }, tookMs / 1_000)
      // What was given up for its recipient says nothing about the endpoint but that it was reached.
      failing.set({ tenant, endpoint: id }, failingOutcomes.has(outcome) ? 1 : 0)
    },
    revoked: () => failing.reset(),
  }
}
