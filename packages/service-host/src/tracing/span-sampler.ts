import { TraceFlags } from '@opentelemetry/api'
import { ParentBasedSampler, type Sampler, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace'

/** A parent decides for its children, what is linked for a batch, and the ratio for everything that begins a trace. */
export function createSpanSampler(sampleRatio: number): Sampler {
  const byParent = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) })
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      if (links.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0))
        return { decision: SamplingDecision.RECORD_AND_SAMPLED }
      return byParent.shouldSample(context, traceId, name, kind, attributes, links)
    },
    toString: () => `LinkBased{${byParent.toString()}}`,
  }
}
