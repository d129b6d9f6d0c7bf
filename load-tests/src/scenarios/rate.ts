/** A stretch of time in which the rate goes from one to another in a straight line, both in arrivals a second. */
export type Stretch = Readonly<{ seconds: number; from: number; to: number }>

/** How many arrivals a second there are, from stretch to stretch. */
export type Rate = readonly Stretch[]

export function constant(perSecond: number, seconds: number): Rate {
  return [{ seconds, from: perSecond, to: perSecond }]
}

/** How many have arrived after so many seconds: the area below the rate, rounded down. */
export function arrivedBy(rate: Rate, second: number): number {
  let left = second
  let sum = 0
  for (const { seconds, from, to } of rate) {
    const within = Math.min(left, seconds)
    if (within <= 0) break
    sum += from * within + ((to - from) * within ** 2) / (2 * seconds)
    left -= within
  }
  // What is whole but for the rounding of the sum has arrived.
  return Math.floor(sum + 1e-6)
}

export function secondsOf(rate: Rate): number {
  return rate.reduce((sum, { seconds }) => sum + seconds, 0)
}
