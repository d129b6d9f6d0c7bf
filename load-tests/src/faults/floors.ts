import type { Verdicts } from '../campaign/verdicts.ts'

/** The least of each that has to succeed for every fault: a campaign in which hardly anything succeeds shows nothing. */
const leastEach: Readonly<Record<string, number>> = {
  'activities acknowledged': 50,
  'locks acknowledged': 5,
  'unlocks acknowledged': 2,
  'verifications acknowledged': 0.5,
  'thefts locked': 0.2,
  'codes tried again': 0.1,
  'http: 200': 20,
  'check: 204': 5,
}

/** Holds what succeeded against how many faults there were. */
export function judgeFloors(counts: ReadonlyMap<string, number>, faults: number, verdicts: Verdicts): void {
  for (const [what, each] of Object.entries(leastEach)) {
    const least = Math.ceil(each * faults)
    const count = counts.get(what) ?? 0
    verdicts.expect(
      'the load succeeds often enough',
      count >= least,
      () => `${what}: ${count}, at least ${least} expected`,
    )
  }
}
