import { type Finding, failed, passed } from './finding.ts'

/** A sixth of a step of TOTP. */
const skewMaxMs = 5_000
const answerWithinMs = 10_000

/** Whether the clock of the server at this address, as its `Date` says, and that of this machine are the same. */
export async function examineClock(url: string, check: string): Promise<readonly Finding[]> {
  const sent = Date.now()
  const date = await dateOf(url)
  if (date === undefined) return []
  const skew = skewOf({ sent, received: Date.now(), date })
  if (Math.abs(skew) <= skewMaxMs) return [passed(check, 'as here')]
  const seconds = Math.round(Math.abs(skew) / 1000)
  return [
    failed('clock-skewed', { check, detail: `it is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's` }),
  ]
}

type Moments = Readonly<{ sent: number; received: number; date: number }>

/** By how much, milliseconds, the other clock is ahead at least: it was cut to the second, some time between the question and the answer. */
function skewOf({ sent, received, date }: Moments): number {
  if (date > received) return date - received
  return date + 1000 < sent ? date + 1000 - sent : 0
}

/** Undefined where nobody answers, which is another check's to say, or the answer tells no time. */
async function dateOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) })
    await response.body?.cancel()
    const date = Date.parse(response.headers.get('date') ?? '')
    return Number.isNaN(date) ? undefined : date
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return undefined
    throw error
  }
}
