import { createIsoTime } from './iso-time.ts'
import type { Headers } from './event-log.ts'

/** The attributes of a record as an event. */
export type CloudEventAttributes = Readonly<{
  /** One for each record of a source; the same when the same thing is said again. */
  id: string
  type: string
  /** The service, stage or view that says it. */
  source: string
  /** When it happened, log time in epoch milliseconds. */
  time: number
  /** The W3C trace context of the request that led to it. */
  traceparent: string | undefined
}>

/** The headers of every record: CloudEvents attributes and the trace. @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md */
export function cloudEventHeaders({ id, type, source, time, traceparent }: CloudEventAttributes): Headers {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: type,
    ce_source: `/watchword/${source}`,
    ce_time: isoTime(time),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

/** Records come in hundreds of one time. */
const isoTime = createIsoTime()
