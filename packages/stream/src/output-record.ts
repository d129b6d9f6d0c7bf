import { type AppendRecord, cloudEventHeaders, type LogRecord, versionHeader } from '@watchword/event-log'
import type { EncodedOutput } from './fold-record.ts'
import { formatSource, lastHeader, settledHeader, sourceHeader } from './source-header.ts'

/** What a record to be appended needs to know of its output. */
export type OutputPlace = Readonly<{ topic: string; coPartitioned: boolean; compacted: boolean }>

/** The records of one input, in order, with the headers that make repeats recognisable. */
export function toAppendRecords(
  stage: string,
  places: Readonly<Record<string, OutputPlace>>,
  input: LogRecord,
  time: number,
  outputs: readonly EncodedOutput[],
): readonly AppendRecord[] {
  const traceparent = input.headers['traceparent']
  return outputs.map((output, index) => {
    const place = places[output.output]
    if (place === undefined) throw new TypeError(`stage ${stage} has no output ${output.output}`)
    const headers: Record<string, string> = {
      ...output.headers,
      ...cloudEventHeaders({
        id: `${stage}-${input.partition}-${input.offset}-${index}`,
        type: output.ceType,
        source: stage,
        time,
        traceparent,
      }),
      [sourceHeader]: formatSource({ stage, partition: input.partition, offset: input.offset, index }),
    }
    if (index === outputs.length - 1) headers[lastHeader] = '1'
    if (place.compacted) headers[versionHeader] = String(input.offset)
    const record = { topic: place.topic, key: output.key, value: output.value, headers }
    return place.coPartitioned ? { ...record, partition: input.partition } : record
  })
}

/** An output as it goes out: says how far everything was acknowledged at that moment. Dead letters stay as they are. */
export function withSettled(record: AppendRecord, settled: number): AppendRecord {
  if (record.headers?.[sourceHeader] === undefined) return record
  return { ...record, headers: { ...record.headers, [settledHeader]: String(settled) } }
}
