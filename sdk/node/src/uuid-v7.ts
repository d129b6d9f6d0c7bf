/** A UUIDv7 (RFC 9562, 5.7) of a time in ms since the epoch and 10 random bytes. */
export const uuidV7 = (timeMs: number, random: Uint8Array): string => {
  const time = Math.floor(timeMs).toString(16).padStart(12, '0')
  const tail = Array.from(random.subarray(0, 10), (byte, index) => {
    if (index === 0) return ((byte & 0x0f) | 0x70).toString(16)
    return (index === 2 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0')
  }).join('')
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`
}
