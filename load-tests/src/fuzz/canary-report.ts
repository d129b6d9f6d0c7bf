import { fileURLToPath } from 'node:url'
import type { Verdicts } from '../campaign/verdicts.ts'

/** What is loaded into the platform to tell of polluted prototypes and stalls of its event loop. */
export const canaryModule = fileURLToPath(new URL('prototype-canary.ts', import.meta.url))

/** Reads what the canary writes among the lines of the platform. */
export interface CanaryReport {
  onLine(line: string): void
  /** The longest time that the event loop stood still since `watch`, milliseconds. */
  readonly stalledMs: number
  /** From now on stalls count: what comes before is the start. */
  watch(): void
  judge(verdicts: Verdicts): void
}

/** Everybody else waits as long as the event loop stands still. */
const stalledMsMax = 2_000

export function createCanaryReport(onStall: (ms: number) => void): CanaryReport {
  let isWatching = false
  let hasSpoken = false
  let stalledMs = 0
  const polluted: string[] = []

  function onStalled(ms: number): void {
    if (!isWatching) return
    stalledMs = Math.max(stalledMs, ms)
    onStall(ms)
  }

  return {
    onLine(line) {
      const [, told = '', rest = ''] = /^canary: (\w+)(.*)$/.exec(line) ?? []
      if (told === 'watching') hasSpoken = true
      if (told === 'polluted') polluted.push(rest)
      if (told === 'stalled') onStalled(Number.parseInt(rest, 10))
    },
    get stalledMs() {
      return stalledMs
    },
    watch() {
      isWatching = true
    },
    judge(verdicts) {
      verdicts.expect('the canary watched', hasSpoken, () => 'it never said so')
      verdicts.expect('no prototype is polluted', polluted.length === 0, () => polluted[0] ?? '')
      verdicts.expect(
        `the event loop never stands still for ${stalledMsMax / 1_000} s`,
        stalledMs <= stalledMsMax,
        () => `${stalledMs} ms`,
      )
    },
  }
}
