import { generateKeyPairSync } from 'node:crypto'
import { ConfigError, loadConfig, readOrCreateSecretFile } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'

/** 32 bytes in base64url. */
const keySchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })

const signingJwkSchema = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: keySchema,
  d: keySchema,
})

/** The public half of such a key. */
const publicJwkSchema = Type.Object({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: keySchema })

const secretFileSchema = Type.Object({
  command: keySchema,
  nextCommand: Type.Optional(keySchema),
  lastCommand: Type.Optional(keySchema),
  token: keySchema,
  factors: Type.Object({
    current: Type.String(),
    keys: Type.Record(Type.String(), keySchema),
  }),
  signing: signingJwkSchema,
  nextSigning: Type.Optional(signingJwkSchema),
  lastSigning: Type.Optional(publicJwkSchema),
})

/** What the file holds. */
export type SecretFile = Static<typeof secretFileSchema>

export type RandomBytes = (size: number) => Uint8Array

/** An Ed25519 private key as a JWK (RFC 8037). */
export type SigningJwk = Readonly<Static<typeof signingJwkSchema>>

export type PublicJwk = Readonly<Static<typeof publicJwkSchema>>

/** Every secret of session-guard; 256 random bits each. */
export type GuardSecrets = Readonly<{
  /** MAC of the commands in `watchword.mfa.v1`. */
  commandKey: Uint8Array
  /** Further keys whose commands are obeyed: the next one, before anything is signed with it, and the last one, as long as the log has what it signed. */
  otherCommandKeys: readonly Uint8Array[]
  /** MAC of tickets, capabilities and challenges. */
  tokenKey: Uint8Array
  /** Keys that seal factors, by key id (4 to 16 characters); new seals use `factorKeyId`. */
  factorKeys: ReadonlyMap<string, Uint8Array>
  factorKeyId: string
  /** Signs mfaTokens. */
  signingJwk: SigningJwk
  /** Further keys whose mfaTokens are to be believed: the next one, before anything is signed with it, and the last one, as long as its tokens are good. */
  publishedJwks: readonly PublicJwk[]
}>

/** The secrets of a data folder, made there (one file, mode 0600) when it has none; throws a ConfigError for a file that it cannot read. */
export async function loadOrCreateSecrets(
  directory: string,
  deps: Readonly<{ randomBytes: RandomBytes }>,
): Promise<GuardSecrets> {
  const bytes = await readOrCreateSecretFile(`${directory}/session-guard-secrets.json`, () =>
    JSON.stringify(newSecretFile(deps.randomBytes)),
  )
  return parseSecrets(bytes.toString('utf8'))
}

/** Reads the text of a secrets file, as a cluster mounts it; throws a ConfigError that names every field at fault, below `path`, and quotes none. */
export function parseSecrets(text: string, path = 'secrets'): GuardSecrets {
  const { command, nextCommand, lastCommand, token, factors, signing, nextSigning, lastSigning } = readSecretFile(
    text,
    path,
  )
  const factorKeys = new Map(Object.entries(factors.keys).map(([id, key]) => [id, bytesOf(key)]))
  const wrong = [...factorKeys.keys()].filter((id) => !/^[A-Za-z0-9_-]{4,16}$/.test(id))
  const faults = wrong.map((id) => ({
    path: `${path}.factors.keys.${id}`,
    detail: 'a key id has 4 to 16 of A-Za-z0-9_-',
  }))
  if (!factorKeys.has(factors.current))
    faults.push({ path: `${path}.factors.current`, detail: 'names none of the keys' })
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    commandKey: bytesOf(command),
    otherCommandKeys: [nextCommand, lastCommand].filter((key) => key !== undefined).map(bytesOf),
    tokenKey: bytesOf(token),
    factorKeys,
    factorKeyId: factors.current,
    signingJwk: signing,
    publishedJwks: [nextSigning, lastSigning].filter((jwk) => jwk !== undefined),
  }
}

/** Reads what a secrets file holds; throws as `parseSecrets` does. */
export function readSecretFile(text: string, within = 'secrets'): SecretFile {
  try {
    return loadConfig(secretFileSchema, { file: text, env: {} })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const faults = error.faults.map(({ path, detail }) => ({
      path: path === '' ? within : `${within}.${path}`,
      detail,
    }))
    throw new ConfigError(faults)
  }
}

function newSecretFile(randomBytes: RandomBytes): SecretFile {
  const key = (): string => newSecretKey(randomBytes)
  return {
    command: key(),
    token: key(),
    factors: { current: 'k001', keys: { k001: key() } },
    signing: newSigningJwk(),
  }
}

/** A new key of 32 bytes, base64url. */
export function newSecretKey(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(32)).toString('base64url')
}

/** A new key for mfaTokens. */
export function newSigningJwk(): SigningJwk {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || d === undefined)
    throw new Error('this runtime makes no Ed25519 keys')
  return { kty, crv, x, d }
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64url')
}
