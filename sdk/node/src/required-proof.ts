import type { Lock } from '@watchword/frames'
import { classAskedBy, meetsClass } from './context-class.ts'
import { parseDuration } from './failure-modes.ts'
import type { Proof } from './status.ts'

/** What a route asks of a proof. */
export type RequiredProof = {
  /** What the challenge of RFC 9470 says: what the route asks for, and no less than the lock does, if there is one. */
  readonly acrValuesFor: (lock: Lock | undefined) => string
  readonly maxAgeSeconds: number | undefined
  /** Whether a proof is as it must be at a moment, ms since the epoch. */
  readonly isMetBy: (proof: Proof | undefined, nowMs: number) => boolean
}

// Between the clock of the platform, which dates a proof, and this one.
const clockSkewMs = 30_000

/** Reads what a guard asks of a proof; returns a fault in words if it cannot be asked. */
export const parseRequiredProof = ({
  maxAge,
  acr,
}: {
  readonly maxAge?: string
  readonly acr?: string | readonly string[]
}): RequiredProof | string => {
  const accepted = acr === undefined ? undefined : [acr].flat()
  const maxAgeMs = maxAge === undefined ? undefined : parseDuration(maxAge)
  if (maxAge !== undefined && maxAgeMs === undefined) return 'maxAge must be a duration such as PT5M'
  if (accepted?.some((value) => typeof value !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)) === true) {
    return 'acr must be names without spaces'
  }
  if (accepted?.length === 0) return 'acr must name one at least'
  return {
    acrValuesFor: (lock) => {
      const least = classAskedBy(lock?.factors ?? [])
      const enough = lock === undefined ? accepted : accepted?.filter((each) => meetsClass(each, [least]))
      return enough === undefined || enough.length === 0 ? least : enough.join(' ')
    },
    maxAgeSeconds: maxAgeMs === undefined ? undefined : Math.floor(maxAgeMs / 1_000),
    isMetBy: (proof, nowMs) => {
      if (accepted === undefined && maxAgeMs === undefined) return true
      if (proof === undefined) return false
      if (accepted !== undefined && !meetsClass(proof.acr, accepted)) return false
      // A session store may have made a text of the date.
      const ageMs = nowMs - new Date(proof.verifiedAt).getTime()
      return maxAgeMs === undefined || (ageMs >= -clockSkewMs && ageMs <= maxAgeMs)
    },
  }
}
