/**
 * Why a WebAuthn response did not count, for the log, the metrics and the record; whoever sent it hears `verification-failed` and no
 * more. The steps are those of WebAuthn Level 3, 7.1 and 7.2.
 */
export type WebAuthnFault =
  | 'credential-malformed'
  | 'credential-unknown'
  | 'wrong-type'
  | 'wrong-challenge'
  | 'wrong-origin'
  | 'cross-origin'
  | 'wrong-rp'
  | 'user-absent'
  | 'user-not-verified'
  | 'wrong-user'
  | 'wrong-backup-state'
  | 'wrong-algorithm'
  | 'attestation-not-asked'
  | 'wrong-signature'
  | 'counter-not-risen'
