import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type InputFormat, readInput } from './read-input.ts'
import type { ConnectorResult } from './reported-activity.ts'

/** An input that is never held as a whole. */
export type InputSource = Readonly<{
  /** Reads it from its beginning. */
  read: () => Promise<AsyncIterable<ConnectorResult>>
  close: () => Promise<void>
}>

/** A file. */
export function fileSource(path: string, format: InputFormat): InputSource {
  return {
    read: async () => readInput((await open(path)).createReadStream(), format),
    close: async () => undefined,
  }
}

/** A stream, to be read once. */
export function streamSource(stream: NodeJS.ReadableStream, format: InputFormat): InputSource {
  return { read: async () => readInput(stream, format), close: async () => undefined }
}

/** A stream to be read more than once: a copy in a file of the owner's alone, which is gone after `close`. */
export async function copiedSource(stream: NodeJS.ReadableStream, format: InputFormat): Promise<InputSource> {
  const folder = await mkdtemp(join(tmpdir(), 'watchword-input-'))
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const copy = join(folder, 'input')
  try {
    await pipeline(stream, createWriteStream(copy, { mode: 0o600 }))
  } catch (error) {
    await close()
    throw error
  }
  return { ...fileSource(copy, format), close }
}
