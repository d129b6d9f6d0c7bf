/** CRC-32C (Castagnoli, RFC 3720 B.4), as the batches of Kafka carry it; four bytes at a time by four tables ("slicing", Kounavis and Berry 2005). */
export function crc32c(bytes: Uint8Array): number {
  const fours = bytes.length - (bytes.length % 4)
  let crc = -1
  let at = 0
  for (; at < fours; at += 4) {
    crc ^=
      byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24)
    crc =
      entry(768 + (crc & 0xff)) ^
      entry(512 + ((crc >>> 8) & 0xff)) ^
      entry(256 + ((crc >>> 16) & 0xff)) ^
      entry(crc >>> 24)
  }
  for (; at < bytes.length; at += 1) crc = entry((crc ^ byteAt(bytes, at)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

const polynomial = 0x82_f6_3b_78

/** Four tables of 256: the effect of a byte that is followed by 0, 1, 2 or 3 others. */
const tables = new Int32Array(4 * 256)
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  tables[byte] = crc
}
for (let index = 256; index < tables.length; index += 1) {
  const before = entry(index - 256)
  tables[index] = (before >>> 8) ^ entry(before & 0xff)
}

function entry(index: number): number {
  return tables[index] ?? 0
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
