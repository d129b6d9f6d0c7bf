import type { SigningKey } from './signing-key.ts'
import type { Claims } from './written-token.ts'

/** One token that nobody may take, named after what it tries. */
export type Attack = readonly [what: string, token: string]

/** What attacks are made of: a token that is taken, the key that signs it, and what an attacker has. */
export type Material = Readonly<{
  header: Claims
  claims: Claims
  /** Signs genuine tokens; an attacker knows its public half alone. */
  key: SigningKey
  /** Signed genuine tokens once, and is published no more. */
  retired: SigningKey
  /** The attacker's own keys, one of each algorithm. */
  strangers: readonly SigningKey[]
  /** That of the algorithm of `key`. */
  stranger: SigningKey
  /** Where the attacker publishes their keys. */
  canaryUrl: string
}>
