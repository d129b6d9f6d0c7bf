import type { FactorKind } from './factor-kind.ts'

/**
 * Authentication context classes (`acr`), the weakest first: whoever meets one meets all before it. `phr` is that of OpenID Connect Extended
 * Authentication Profile (EAP) ACR Values 1.0: phishing-resistant.
 */
export const contextClasses = ['urn:watchword:acr:mfa', 'phr'] as const

export type ContextClass = (typeof contextClasses)[number]

/** What is known of how a factor was proven. */
export type ProvenFactor = Readonly<{
  factor: FactorKind
  /** The authenticator has verified who uses it, by PIN or biometry. */
  userVerified: boolean
  /** The key leaves its authenticator, for others of the same person (WebAuthn Level 3, backup eligible). */
  synced: boolean
}>

/** What a proof of this kind is worth. */
export type Assurance = ProvenFactor &
  Readonly<{
    /** RFC 8176. */
    amr: readonly string[]
    acr: ContextClass
    /** Authenticator assurance level of NIST SP 800-63B-4 that this factor reaches by itself; with the password of the app before it, all reach 2. */
    aal: 1 | 2
  }>

const oneTime = { userVerified: false, synced: false, acr: 'urn:watchword:acr:mfa', aal: 1 } as const
const key = { factor: 'webauthn', acr: 'phr' } as const

/**
 * Every way to prove a factor, the one place that says what it is called elsewhere. A key that has left its hardware is `swk`; whether another one
 * is in hardware is what it says without proof (`hwk`), so nothing reaches AAL3. A key whose owner was verified is two factors in one (`mfa`).
 */
export const assurances: readonly Assurance[] = [
  { factor: 'recovery-code', amr: ['otp'], ...oneTime },
  { factor: 'totp', amr: ['otp'], ...oneTime },
  { ...key, userVerified: false, synced: true, amr: ['pop', 'swk', 'user'], aal: 1 },
  { ...key, userVerified: false, synced: false, amr: ['pop', 'hwk', 'user'], aal: 1 },
  { ...key, userVerified: true, synced: true, amr: ['pop', 'swk', 'user', 'mfa'], aal: 2 },
  { ...key, userVerified: true, synced: false, amr: ['pop', 'hwk', 'user', 'mfa'], aal: 2 },
]

/** What this proof is worth; of codes nothing but the factor counts. */
export function assuranceOf({ factor, userVerified, synced }: ProvenFactor): Assurance {
  const isKey = factor === 'webauthn'
  const found = assurances.find(
    (one) => one.factor === factor && one.userVerified === (isKey && userVerified) && one.synced === (isKey && synced),
  )
  if (found === undefined) throw new RangeError(`nothing is said of a ${factor}`)
  return found
}

/** Whether a class is one of those asked for, or above one of them; of names that are nobody's here only the same one counts. */
export function meetsClass(given: string, asked: readonly string[]): boolean {
  const known: readonly string[] = contextClasses
  return asked.some((each) => each === given || (known.includes(each) && known.indexOf(given) > known.indexOf(each)))
}

/** The class that every proof of this kind of factor has. */
export function classOfFactor(factor: FactorKind): ContextClass {
  return weakest(assurances.filter((one) => one.factor === factor).map(({ acr }) => acr))
}

/** The class that whoever answers has, if any of these kinds may answer: the weakest of them. */
export function classAskedBy(factors: readonly FactorKind[]): ContextClass {
  return weakest(factors.map(classOfFactor))
}

function weakest(classes: readonly ContextClass[]): ContextClass {
  return contextClasses.find((each) => classes.includes(each)) ?? contextClasses[0]
}
