// Generated from the table of packages/session-lock by `npm run generate`: do not edit.

/** Authentication context classes (`acr`), the weakest first: whoever meets one meets all before it. */
export const contextClasses = ['urn:watchword:acr:mfa', 'phr'] as const

/** The class that every proof of a kind of factor has. */
export const classOfFactor: Readonly<Record<string, (typeof contextClasses)[number]>> = {
  webauthn: 'phr',
  totp: 'urn:watchword:acr:mfa',
  'recovery-code': 'urn:watchword:acr:mfa',
}
