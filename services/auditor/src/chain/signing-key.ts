import { generateKeyPairSync } from 'node:crypto'
import { loadConfig, readOrCreateSecretFile } from '@watchword/service-kit'
import { anyJwkSchema, type PublicJwk, type SigningJwk, signingJwkSchema } from './checkpoint.ts'

/** A new key for checkpoints. */
export function generateSigningJwk(): SigningJwk {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || d === undefined)
    throw new Error('this runtime makes no Ed25519 keys')
  return { kty, crv, x, d }
}

/** Reads the text of a key, as a file holds it; throws a ConfigError that names every field at fault and quotes none. */
export function parseSigningJwk(text: string): SigningJwk {
  return loadConfig(signingJwkSchema, { file: text, env: {} })
}

/** The key of a file, made there (mode 0600) if it is not. Throws as `parseSigningJwk` does. */
export async function loadOrCreateSigningJwk(file: string): Promise<SigningJwk> {
  const bytes = await readOrCreateSecretFile(file, () => `${JSON.stringify(generateSigningJwk())}\n`)
  return parseSigningJwk(bytes.toString('utf8'))
}

/** The public half of a key, given whole or by its public half. Throws as `parseSigningJwk` does. */
export function publicJwkOf(text: string): PublicJwk {
  const { kty, crv, x } = loadConfig(anyJwkSchema, { file: text, env: {} })
  return { kty, crv, x }
}
