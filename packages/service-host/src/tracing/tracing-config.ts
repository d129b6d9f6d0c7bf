import { type Static, Type } from 'typebox'

/** Where spans go: the section `tracing` of a configuration. */
export const tracingSchema = Type.Object({
  otlpUrl: Type.Optional(
    Type.String({
      description: 'A collector that takes OTLP over HTTP, as `http://localhost:4318`; none: nothing is traced',
    }),
  ),
  sampleRatio: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description:
      'How many of the traces that begin here, or come with a request, are recorded; none whose `traceparent` says that it is not sampled',
  }),
})

export type TracingConfig = Static<typeof tracingSchema>
