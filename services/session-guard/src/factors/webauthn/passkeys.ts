import type { Factor } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'
import type { GuardParts } from '../../guard-parts.ts'
import type { Owner } from '../../lock-stage/lock-record.ts'
import { answerableFactors, type OpenedFactor, openedFactors } from '../opened-factors.ts'
import { decodePasskey, type PasskeyRecord } from './passkey-record.ts'

/** A registered authenticator. */
export type Passkey = Readonly<{ factor: Factor; record: PasskeyRecord }>

type Parts = Pick<GuardParts, 'sealer' | 'logger' | 'view'>

/** The passkeys of a user that answer to this relying party, maybe none. */
export function passkeysOf(parts: Parts, owner: Owner, rpId: string): readonly Passkey[] {
  return openedFactors(parts, owner, activePasskeys(parts, owner)).flatMap(forRelyingParty(rpId))
}

/** The same for an answer: at least one. Throws `no-factor` where there is none, `unavailable` where none can be opened here. */
export function answerablePasskeys(parts: Parts, owner: Owner, rpId: string): readonly [Passkey, ...Passkey[]] {
  const opened = answerableFactors(parts, owner, activePasskeys(parts, owner))
  const [first, ...others] = opened.flatMap(forRelyingParty(rpId))
  if (first === undefined) throw problem('no-factor')
  return [first, ...others]
}

function forRelyingParty(rpId: string): (opened: OpenedFactor) => readonly Passkey[] {
  return ({ factor, secret }) => {
    const record = decodePasskey(secret)
    return record.rpId === rpId ? [{ factor, record }] : []
  }
}

function activePasskeys({ view }: Pick<Parts, 'view'>, { tenant, user }: Owner): readonly Factor[] {
  const factors = view.factorState(tenant, user)?.factors ?? []
  return factors.filter(({ kind, status }) => kind === 'webauthn' && status === 'active')
}
