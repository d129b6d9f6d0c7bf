import type { FactorKind, ProvenFactor } from '@watchword/session-lock'
import type { AssertionJson } from '../factors/webauthn/credential-schemas.ts'
import { saidBy } from '../factors/webauthn/verify-assertion.ts'
import { invalid } from '../http/invalid.ts'

/** What was sent to answer a challenge of this kind. */
export type Given =
  | Readonly<{ factor: 'webauthn'; assertion: AssertionJson }>
  | Readonly<{ factor: 'totp' | 'recovery-code'; code: string }>

/** The answer that fits the challenge; throws `invalid` for any other one, or for two. */
export function givenFor(factor: FactorKind, code: string | undefined, assertion: AssertionJson | undefined): Given {
  if (factor === 'webauthn') {
    if (code !== undefined) throw invalid('/code', 'does not answer this challenge')
    if (assertion === undefined) throw invalid('/assertion', 'is missing')
    return { factor, assertion }
  }
  if (assertion !== undefined) throw invalid('/assertion', 'does not answer this challenge')
  if (code === undefined) throw invalid('/code', 'is missing')
  if ((factor === 'totp') !== isDigits(code)) throw invalid('/code', 'is not a code of this kind')
  return { factor, code }
}

/** How somebody proved themselves; an assertion says it under its signature. */
export function provenBy(given: Given): ProvenFactor {
  const flags = given.factor === 'webauthn' ? saidBy(given.assertion)?.flags : undefined
  return { factor: given.factor, userVerified: flags?.uv === true, synced: flags?.be === true }
}

function isDigits(code: string): boolean {
  return /^[0-9]{6}$/.test(code)
}
