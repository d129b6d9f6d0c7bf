import type { Activity, Assessment } from './activity.ts'
import type { HttpTransport } from './http-transport.ts'
import { readIngestAnswer } from './ingest-answer.ts'
import { fullJitterMs } from './retry-delay.ts'
import type { Runtime } from './runtime.ts'
import type { Tunings } from './settings.ts'
import { stampActivity } from './stamped-activity.ts'
import { WatchwordError } from './watchword-error.ts'

/**
 * Sends one activity and waits up to `waitMs` for its judgement; null when it was not ready in time.
 * Retried with the same id within `waitMs`; throws the problem's code when the activity is rejected.
 */
export const judgeActivity = async (
  deps: { readonly tunings: Tunings; readonly transport: HttpTransport; readonly runtime: Runtime },
  activity: Activity,
  waitMs: number,
): Promise<Assessment | null> => {
  const { tunings, transport, runtime } = deps
  const stamped = stampActivity(activity, tunings, runtime)
  const startedAt = runtime.monotonic()
  for (let attempt = 0; ; attempt++) {
    const leftMs = Math.max(0, startedAt + waitMs - runtime.monotonic())
    // RFC 7240 counts whole seconds.
    const waitSeconds = Math.ceil(leftMs / 1_000)
    try {
      const answer = await transport.send({
        method: 'POST',
        path: '/v1/activities',
        body: stamped.json,
        headers: { prefer: `wait=${waitSeconds}` },
        timeoutMs: waitSeconds * 1_000 + tunings.requestTimeoutMs,
      })
      const [result] = readIngestAnswer(answer.body, [stamped])
      if (result?.status === 'rejected') {
        const code = typeof result.problem?.code === 'string' ? result.problem.code : 'invalid'
        throw new WatchwordError(code, `the activity was rejected (${code})`, {
          status: result.problem?.status,
          problem: result.problem,
        })
      }
      return answer.status === 202 ? null : (result?.assessment ?? null)
    } catch (error) {
      if (!(error instanceof WatchwordError) || !error.retryable) throw error
      const bounds = { minMs: tunings.retryMinMs, maxMs: tunings.retryMaxMs }
      const delayMs = Math.max(fullJitterMs(attempt, bounds, runtime.random), error.retryAfterMs ?? 0)
      if (runtime.monotonic() + delayMs >= startedAt + waitMs) throw error
      await new Promise<void>((resolve) => void runtime.setTimeout(resolve, delayMs))
    }
  }
}
