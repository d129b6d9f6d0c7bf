import { crc32 } from 'node:zlib'

/** One line of a segment: an activity as it is sent, or that all up to `seq` are settled. */
export type SegmentLine =
  | { readonly type: 'activity'; readonly seq: number; readonly json: string }
  | { readonly type: 'settled'; readonly seq: number }

/** Writes a line: a checksum (CRC-32, hex) over all that follows it, the number, and the activity or nothing. */
export const writeSegmentLine = (line: SegmentLine): string => {
  const text = line.type === 'activity' ? `${line.seq} ${line.json}` : `${line.seq} `
  return `${checksum(text)} ${text}\n`
}

/** Reads the whole lines of a segment in their order; `damaged` counts those that are not as they were written. */
export const readSegmentLines = (
  segment: Buffer,
): { readonly lines: readonly SegmentLine[]; readonly damaged: number } => {
  const lines: SegmentLine[] = []
  let damaged = 0
  let start = 0
  for (let end = segment.indexOf(newline); end !== -1; end = segment.indexOf(newline, start)) {
    const line = readLine(segment.toString('utf8', start, end))
    if (line === undefined) damaged++
    else lines.push(line)
    start = end + 1
  }
  // What has no end was being written when the process or the machine stopped: nobody was told that it is there.
  return { lines, damaged }
}

const newline = 0x0a
const shape = /^([0-9a-f]{8}) (([1-9]\d{0,15}) (.*))$/s

const readLine = (text: string): SegmentLine | undefined => {
  const [, sum, summed = '', seq, json] = shape.exec(text) ?? []
  if (sum === undefined || sum !== checksum(summed)) return undefined
  return json === '' || json === undefined
    ? { type: 'settled', seq: Number(seq) }
    : { type: 'activity', seq: Number(seq), json }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')
