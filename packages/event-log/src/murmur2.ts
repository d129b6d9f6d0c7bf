const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995
const SHIFT = 24

/** The 32-bit murmur2 hash as Kafka's Java client computes it, as a signed integer. */
export function murmur2(data: Uint8Array): number {
  return hashView(new DataView(data.buffer, data.byteOffset, data.length), data.length)
}

function hashView(view: DataView, length: number): number {
  let hash = SEED ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(view.getInt32(at, true), MULTIPLIER)
    word = Math.imul(word ^ (word >>> SHIFT), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  if (at < length) {
    for (let byte = length - 1; byte >= at; byte -= 1) hash ^= view.getUint8(byte) << ((byte - at) * 8)
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}

const encoder = new TextEncoder()
const scratch = new DataView(new ArrayBuffer(128))

/** The partition that Kafka's default partitioner gives to a key: its positive murmur2 modulo the count. */
export function partitionOf(key: string, partitions: number): number {
  return (hashText(key) & 0x7fffffff) % partitions
}

/** Nearly every key is short ASCII, and for those a loop here is several times quicker than the encoder. */
function hashText(text: string): number {
  if (text.length > scratch.byteLength) return murmur2(encoder.encode(text))
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) return murmur2(encoder.encode(text))
    scratch.setUint8(at, unit)
  }
  return hashView(scratch, text.length)
}
