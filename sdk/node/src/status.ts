import { isCaused, type Lock } from '@watchword/frames'

/** Who asks to be let through; a session or device left out matches any lock of that scope. */
export type Subject = { readonly user: string; readonly session?: string; readonly device?: string }

/** What an app keeps of an `MfaProof` in its session: which authentication was given, and when (RFC 3339 where a text). */
export type Proof = { readonly acr: string; readonly verifiedAt: Date | string }

/** Who a request is from, with the proof of a factor that the app holds, if any. */
export type Requester = Subject & { readonly proof?: Proof }

/** What is known about a subject; `mfaVerified` is true where no lock applies. */
export type Status = {
  readonly mfaVerified: boolean
  readonly locked: boolean
  readonly lock?: Lock
  readonly sessionState: 'active' | 'locked' | 'ended' | 'unknown'
  /** Only a second factor is waited for, by what is known now: what was heard before contact was lost does not say so. */
  readonly isWaiting?: boolean
}

/** A status as it is known now. */
export const known = (status: Status): Status =>
  status.lock === undefined || isCaused(status.lock) ? status : { ...status, isWaiting: true }

/** Where a guard gets its answers, and how it hears that there is contact again. */
export type StatusSource = {
  readonly check: (subject: Subject) => Status | 'unknown' | Promise<Status | 'unknown'>
  readonly onContact: (listener: () => void) => void
  /** Sees to it that contact is noticed though no request asks: somebody was released meanwhile. */
  readonly awaitContact: (subject: Subject) => void
}
