/** The five conditions under which a person is asked for a second factor; InstaSafe's Windows MFA names the same five. */
export type Conditions = Readonly<{
  /** Whoever connects is the user that the app names: its directory knows the user, and a certificate speaks for nobody else. */
  userMatches: boolean
  /** The sign-in was accepted, or the certificate is valid. */
  credentialsAccepted: boolean
  /** The policy asks this user for a second factor here. */
  secondFactorOn: boolean
  /** The platform could be asked when the person signed in. */
  reachable: boolean
  /** No verification of this session or device still vouches. */
  windowOver: boolean
}>

/** Why nobody is asked. */
export type Unprompted =
  | 'user-mismatch'
  | 'credentials-rejected'
  | 'unreachable'
  | 'second-factor-off'
  | 'window-active'

/** What follows of the conditions alone, before locks and exceptions are looked at. */
export type Prompting = Readonly<
  | { prompt: true; reason: null; identified: true; protectedOpen: false }
  | { prompt: false; reason: Unprompted; identified: boolean; protectedOpen: boolean }
>

/**
 * Whether the person is asked, and if not, why, whether it is known who connects, and whether that opens protected resources.
 * Only a verification that still vouches does: who cannot be asked is not trusted for it.
 */
export function promptOf(conditions: Conditions): Prompting {
  if (!conditions.userMatches) return nobody('user-mismatch')
  if (!conditions.credentialsAccepted) return nobody('credentials-rejected')
  if (!conditions.reachable) return nobody('unreachable')
  if (!conditions.secondFactorOn)
    return { prompt: false, reason: 'second-factor-off', identified: true, protectedOpen: false }
  if (!conditions.windowOver) return { prompt: false, reason: 'window-active', identified: true, protectedOpen: true }
  return { prompt: true, reason: null, identified: true, protectedOpen: false }
}

/** Whether a product that only decides about prompts would have let somebody through here without one, and without a word. */
export function isSilentBypass(reason: string): boolean {
  return reason === 'user-mismatch' || reason === 'unreachable' || reason === 'second-factor-off'
}

function nobody(reason: Unprompted): Prompting {
  return { prompt: false, reason, identified: false, protectedOpen: false }
}
