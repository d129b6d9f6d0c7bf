import { type Context, SpanKind, trace, TraceFlags } from '@opentelemetry/api'
import {
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'

/**
 * A parent decides for its children, what is linked for a batch, and the ratio for everything that begins a trace or comes from outside: whoever
 * sends a request may ask not to be recorded, but has neither the flag nor an id to be recorded by.
 */
export function createSpanSampler(sampleRatio: number): Sampler {
  const byRatio = new TraceIdRatioBasedSampler(sampleRatio)
  const byParent = new ParentBasedSampler({ root: byRatio })
  const ids = new RandomIdGenerator()
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      if (links.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0))
        return { decision: SamplingDecision.RECORD_AND_SAMPLED }
      if (kind === SpanKind.SERVER && isParentSampled(context))
        return byRatio.shouldSample(context, ids.generateTraceId())
      return byParent.shouldSample(context, traceId, name, kind, attributes, links)
    },
    toString: () => `LinkBased{${byParent.toString()}}`,
  }
}

function isParentSampled(context: Context): boolean {
  return ((trace.getSpanContext(context)?.traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0
}
