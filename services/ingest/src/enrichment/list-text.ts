import { readFile, stat } from 'node:fs/promises'
import type { AddressListSource } from '../config.ts'

/** What a list may cost: its size in bytes, and how long it may be on its way, in milliseconds. */
export type ListLimits = Readonly<{ bytesMax: number; timeoutMs: number }>

const defaultLimits: ListLimits = { bytesMax: 64 * 1024 * 1024, timeoutMs: 60_000 }

/** Reads a list from its file or by HTTP(S); rejects above 64 MiB, after a minute, or for another status than 200. */
export async function readListText(
  { file, url }: Pick<AddressListSource, 'file' | 'url'>,
  { bytesMax, timeoutMs }: ListLimits = defaultLimits,
): Promise<string> {
  if (file !== undefined) {
    if ((await stat(file)).size > bytesMax) throw tooLarge(bytesMax)
    return readFile(file, 'utf8')
  }
  if (url === undefined) throw new TypeError('the list names neither a file nor a url')
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`the list was answered with ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLarge(bytesMax: number): RangeError {
  return new RangeError(`the list is larger than ${bytesMax} bytes`)
}
