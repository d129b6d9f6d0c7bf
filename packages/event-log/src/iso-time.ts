/** Writes RFC 3339 UTC of epoch milliseconds; whoever asks for the same millisecond many times in a row gets the same text. */
export function createIsoTime(): (at: number) => string {
  let lastTime = Number.NaN
  let lastText = ''
  return (at) => {
    const time = Math.trunc(at)
    if (time !== lastTime) {
      lastText = new Date(time).toISOString()
      lastTime = time
    }
    return lastText
  }
}
