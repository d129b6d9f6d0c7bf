const minMs = 250
const maxMs = 30_000

/** Full jitter: uniform in [0, min(30 s, 250 ms * 2^attempt)), in ms. */
export const reconnectDelayMs = (attempt: number, random: () => number): number =>
  random() * Math.min(maxMs, minMs * 2 ** Math.min(attempt, 20))

/** What a restarting guard (close code 1012) asks for in its reason, at most 30 s; 0 for any other close. */
export const restartHintMs = (code: number, reason: string): number =>
  code === 1012 ? Math.min(maxMs, Number(/\d{1,6}/.exec(reason)?.[0] ?? 0)) : 0
