import type { Lock } from '@watchword/frames'

/** Who asks to be let through; a session or device left out matches any lock of that scope. */
export type Subject = { readonly user: string; readonly session?: string; readonly device?: string }

/** What is known about a subject; `mfaVerified` is true where no lock applies. */
export type Status = {
  readonly mfaVerified: boolean
  readonly locked: boolean
  readonly lock?: Lock
  readonly sessionState: 'active' | 'locked' | 'ended' | 'unknown'
}
