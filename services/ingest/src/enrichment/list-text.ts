import { readFile, stat } from 'node:fs/promises'
import type { AddressListSource } from '../config.ts'

const bytesMax = 64 * 1024 * 1024
const timeoutMs = 60_000

/** Reads a list from its file or by HTTP(S); rejects above 64 MiB, after a minute, or for another status than 200. */
export async function readListText({ file, url }: AddressListSource): Promise<string> {
  if (file !== undefined) {
    if ((await stat(file)).size > bytesMax) throw new RangeError('the list is larger than 64 MiB')
    return readFile(file, 'utf8')
  }
  if (url === undefined) throw new TypeError('the list names neither a file nor a url')
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  if (response.status !== 200) throw new Error(`the list was answered with ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new RangeError('the list is larger than 64 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
