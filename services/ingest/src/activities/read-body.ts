import { problem } from '@watchword/service-kit'
import { unwrapCloudEvent } from './cloud-event.ts'
import { jsonBytes } from './json-bytes.ts'
import { batch, type Submission, type Submitted } from './submission.ts'

/** The forms in which activities come. */
export const activityMediaTypes = [
  'application/json',
  'application/x-ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const

export type ActivityMediaType = (typeof activityMediaTypes)[number]

const activityBytesMax = 16 * 1024
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads the items of a body; throws `malformed` for bytes that are not what the media type says and `payload-too-large` for more than 1 000 activities. */
export function readBody(body: Buffer, mediaType: ActivityMediaType): Submitted {
  return readers[mediaType](decoded(body), body.length)
}

const readers: Readonly<Record<ActivityMediaType, (text: string, bodyBytes: number) => Submitted>> = {
  'application/json': (text, bodyBytes) => {
    const value = parsed(text)
    if (!Array.isArray(value)) return { form: 'single', items: [() => plain(value, () => bodyBytes)] }
    return batch(value, (item) => plain(item, () => bytesOf(item, bodyBytes)))
  },
  'application/x-ndjson': (text) =>
    batch(
      text.split('\n').filter((line) => line.trim() !== ''),
      readLine,
    ),
  'application/cloudevents+json': (text, bodyBytes) => {
    const value = parsed(text)
    return { form: 'single', items: [() => unwrapCloudEvent(value, () => bodyBytes)] }
  },
  'application/cloudevents-batch+json': (text, bodyBytes) => {
    const value = parsed(text)
    if (!Array.isArray(value)) throw problem('malformed', { detail: 'A batch of CloudEvents is a JSON array.' })
    return batch(value, (item) => unwrapCloudEvent(item, () => bytesOf(item, bodyBytes)))
  },
}

/** Whether so many bytes are more than one activity may have. */
export function isTooLarge(bytes: number): boolean {
  return bytes > activityBytesMax
}

const asSent = (pointer: string) => pointer

function plain(value: unknown, bytes: () => number): Submission {
  return { ok: true, value, bytes, originOf: asSent }
}

function readLine(line: string): Submission {
  try {
    return plain(JSON.parse(line), () => Buffer.byteLength(line))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { ok: false, id: null, problem: problem('malformed', { detail: 'The line is not valid JSON.' }) }
  }
}

// The text of one item is not at hand; a body below the bound needs no measuring.
function bytesOf(item: unknown, bodyBytes: number): number {
  if (bodyBytes <= activityBytesMax) return 0
  // Nested deeper than it can be written: whatever it is, it takes most of the body.
  return jsonBytes(item) ?? bodyBytes
}

function decoded(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw problem('malformed', { detail: 'The body is not UTF-8.', cause })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // The parser's message quotes the body: it stays here.
    throw problem('malformed', { detail: 'The body is not valid JSON.' })
  }
}
