import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export type MetricsConfig = {
  readonly service: string
  readonly version: string
  /** The metrics of the process itself (CPU, memory, event loop, garbage collection); default true. */
  readonly processMetrics?: boolean
}

/** Makes a registry of its own with `watchword_build_info` and, unless told otherwise, the metrics of the process. */
export function createMetrics(config: MetricsConfig): Registry {
  const registry = new Registry()
  if (config.processMetrics !== false) collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'watchword_build_info',
    help: 'Always 1; the labels say which build runs.',
    labelNames: ['service', 'version', 'node'],
    registers: [registry],
  }).set({ service: config.service, version: config.version, node: process.version }, 1)
  return registry
}
