import { ConfigError, type Lifecycle, type Logger } from '@watchword/service-kit'
import type { Tracer } from './tracer.ts'
import type { TracingConfig } from './tracing-config.ts'

/** Spans since the start: those that the collector has taken, and those that it will never see. */
export type SpanCounts = Readonly<{ exported: number; queueFull: number; notTaken: number }>

/** The tracers of a process, which share one way to the collector. */
export type Tracing = Readonly<{
  /** `scorer`: the spans of `watchword-scorer`. */
  tracerOf: (service: string) => Tracer
  counts: () => SpanCounts
}>

export type TracingDeps = Readonly<{ version: string; logger: Logger; lifecycle: Lifecycle }>

/**
 * Begins to trace, if a collector is configured, until the lifecycle stops; to be called before anything that is to be traced to its end. The libraries
 * are loaded here and nowhere else. Throws a ConfigError for a URL that is none.
 */
export async function openTracing(config: TracingConfig, deps: TracingDeps): Promise<Tracing | undefined> {
  if (config.otlpUrl === undefined) return undefined
  const url = tracesUrlOf(config.otlpUrl)
  const { startOtlpTracing } = await import('./otlp-tracing.ts')
  const { stop, ...tracing } = startOtlpTracing({ url, sampleRatio: config.sampleRatio }, deps)
  deps.lifecycle.defer('tracing', stop)
  return tracing
}

/** `/v1/traces` below the URL of the collector, as OTLP says. */
function tracesUrlOf(otlpUrl: string): string {
  const url = URL.parse(otlpUrl)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ConfigError([{ path: 'tracing.otlpUrl', detail: 'is not a URL of HTTP' }])
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url.href
}
