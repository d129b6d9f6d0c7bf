import { generateKeyPairSync } from 'node:crypto'
import { readOrCreateSecretFile } from '@watchword/service-kit'

/** An Ed25519 private key as a JWK (RFC 8037). */
export type SigningJwk = Readonly<{ kty: 'OKP'; crv: 'Ed25519'; x: string; d: string }>

/** Every secret of session-guard; 256 random bits each. */
export type GuardSecrets = Readonly<{
  /** MAC of the commands in `watchword.mfa.v1`. */
  commandKey: Uint8Array
  /** MAC of tickets, capabilities and challenges. */
  tokenKey: Uint8Array
  /** Keys that seal factors, by key id (4 to 16 characters); new seals use `factorKeyId`. */
  factorKeys: ReadonlyMap<string, Uint8Array>
  factorKeyId: string
  /** Signs mfaTokens. */
  signingJwk: SigningJwk
}>

type SecretFile = Readonly<{
  command: string
  token: string
  factors: Readonly<{ current: string; keys: Readonly<Record<string, string>> }>
  signing: SigningJwk
}>

/** The secrets of a data folder, made there (one file, mode 0600) when it has none; throws for a file that it cannot read. */
export async function loadOrCreateSecrets(
  directory: string,
  deps: Readonly<{ randomBytes: (size: number) => Uint8Array }>,
): Promise<GuardSecrets> {
  const bytes = await readOrCreateSecretFile(`${directory}/session-guard-secrets.json`, () =>
    JSON.stringify(newSecretFile(deps.randomBytes)),
  )
  return parseSecrets(bytes.toString('utf8'))
}

/** Reads the text of a secrets file, as a cluster mounts it; throws without quoting it. */
export function parseSecrets(text: string): GuardSecrets {
  const file = readFile(text)
  const factorKeys = new Map(Object.entries(file.factors.keys).map(([id, key]) => [id, keyOf(key)]))
  if (!factorKeys.has(file.factors.current)) throw new Error('the secrets of session-guard name a factor key they lack')
  return {
    commandKey: keyOf(file.command),
    tokenKey: keyOf(file.token),
    factorKeys,
    factorKeyId: file.factors.current,
    signingJwk: file.signing,
  }
}

function readFile(text: string): SecretFile {
  try {
    return JSON.parse(text) as SecretFile
  } catch {
    // The parser's own message quotes the text.
    throw new Error('the secrets of session-guard are not JSON')
  }
}

function newSecretFile(randomBytes: (size: number) => Uint8Array): SecretFile {
  const key = (): string => Buffer.from(randomBytes(32)).toString('base64url')
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || d === undefined)
    throw new Error('this runtime makes no Ed25519 keys')
  return {
    command: key(),
    token: key(),
    factors: { current: 'k001', keys: { k001: key() } },
    signing: { kty, crv, x, d },
  }
}

function keyOf(text: string): Uint8Array {
  const key = Buffer.from(text, 'base64url')
  if (key.length !== 32) throw new Error('a secret of session-guard is not 32 bytes')
  return key
}
