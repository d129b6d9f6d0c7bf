/** Kinds of second factor. */
export type FactorKind = 'totp' | 'webauthn' | 'recovery-code'
